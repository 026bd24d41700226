package dev.freehold.audit.grade;

import dev.freehold.audit.subject.Document;
import dev.freehold.audit.subject.ModelCard;
import dev.freehold.audit.subject.Shown;
import dev.freehold.audit.subject.Span;
import dev.freehold.audit.subject.Subject;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// What stands in the text of cards, line by line.
public final class CardText {
  private static final int MOST_LINE = 400;

  private CardText() {}

  /// A line of a document: its characters `[from, to)`.
  private record Line(int from, int to) {}

  private static List<Line> lines(Document document) {
    List<Line> lines = new ArrayList<>();
    String text = document.text();
    for (int from = 0; from < text.length(); ) {
      int end = text.indexOf('\n', from);
      int to = end < 0 ? text.length() : end;
      lines.add(new Line(from, to));
      from = to + 1;
    }
    return lines;
  }

  /// How many words a card has.
  static int words(Document document) {
    int words = 0;
    boolean within = false;
    String text = document.text();
    for (int i = 0; i < text.length(); i++) {
      boolean letter = Character.isLetter(text.charAt(i));
      words += letter && !within ? 1 : 0;
      within = letter;
    }
    return words;
  }

  /// The first table row with a number below a heading about evaluation.
  static Optional<Span> resultTable(Subject subject) {
    return subject
        .document(ModelCard.FILE)
        .flatMap(card -> {
          boolean below = false;
          for (Line line : lines(card)) {
            String text = shown(card, line);
            if (text.startsWith("#")) {
              below = mentionsAny(text, List.of("evaluation", "benchmark", "result"));
            } else if (below && text.startsWith("|") && text.chars().anyMatch(Character::isDigit)) {
              return Optional.of(card.span(line.from(), line.to()));
            }
          }
          return Optional.empty();
        });
  }

  /// The first line of the model card that holds `what`.
  static Optional<String> mention(Subject subject, String what) {
    return subject
        .document(ModelCard.FILE)
        .flatMap(card ->
            lines(card).stream()
                .map(line -> shown(card, line))
                .filter(line -> line.toLowerCase(Locale.ROOT).contains(what))
                .findFirst())
        .map(line -> "the card points to it: " + Shown.text(line, 120));
  }

  /// Up to `most` lines of a document that hold one of some words, in lower case.
  public static List<Span> mentions(Document document, List<String> words, int most) {
    return lines(document).stream()
        .filter(line -> mentionsAny(shown(document, line), words))
        .limit(most)
        .map(line -> document.span(line.from(), line.to()))
        .toList();
  }

  private static boolean mentionsAny(String line, List<String> words) {
    String lower = line.toLowerCase(Locale.ROOT);
    return words.stream().anyMatch(lower::contains);
  }

  private static String shown(Document document, Line line) {
    return document
        .text()
        .substring(line.from(), Math.min(line.to(), line.from() + MOST_LINE))
        .strip();
  }
}
