package dev.freehold.documents.answer;

import dev.freehold.documents.answer.DocumentAnswer.Answered;
import dev.freehold.documents.answer.DocumentAnswer.NotFound;
import dev.freehold.documents.answer.DocumentAnswer.Outcome;
import dev.freehold.documents.answer.DocumentAnswer.Why;
import dev.freehold.documents.index.FoundPassage;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// Holds a model's reply to its sources: a quote must stand in the passage that it names, word for
/// word but for white space, and a number in the answer's text must have such a quote.
final class CitationCheck {
  /// A shorter quote says nothing of where it is from.
  private static final int FEWEST_LETTERS = 5;

  private static final int MOST_SHOWN = 80;
  private static final Pattern NUMBERS =
      Pattern.compile("[ \\t]?\\[\\d{1,6}(?:[ \\t]*[,;][ \\t]*\\d{1,6})*\\]");
  private static final Pattern NUMBER = Pattern.compile("\\d+");
  private static final String QUOTATION_MARKS = "\"'\u201c\u201d\u201e\u00ab\u00bb\u2018\u2019";

  private final List<FoundPassage> sources;
  private final List<String> struckOut = new ArrayList<>();

  CitationCheck(List<FoundPassage> sources) {
    this.sources = sources;
  }

  /// What was found wrong and left out, each as a sentence.
  List<String> struckOut() {
    return struckOut;
  }

  Outcome check(ModelReply reply) {
    if (!reply.isFound() || reply.answer().isEmpty()) {
      return new NotFound(Why.MODEL_SAYS_SO);
    }
    List<Citation> citations = new ArrayList<>();
    for (ModelReply.Quote quote : reply.quotes()) {
      Optional<Citation> holds = citation(quote);
      if (holds.isPresent() && !citations.contains(holds.get())) {
        citations.add(holds.get());
      }
    }
    if (citations.isEmpty()) {
      return new NotFound(Why.NO_CITATION_HOLDS);
    }
    Set<Integer> holding =
        citations.stream().map(Citation::source).collect(Collectors.toCollection(TreeSet::new));
    return new Answered(text(reply.answer(), holding), citations);
  }

  private Optional<Citation> citation(ModelReply.Quote quote) {
    if (quote.source() < 1 || quote.source() > sources.size()) {
      struckOut.add("a quote names source %d, which was not given".formatted(quote.source()));
      return Optional.empty();
    }
    FoundPassage source = sources.get(quote.source() - 1);
    SpacedText passage = SpacedText.of(source.text());
    String words = bare(SpacedText.of(quote.text()).text());
    if (words.codePoints().filter(Character::isLetterOrDigit).count() < FEWEST_LETTERS) {
      struckOut.add("a quote is too short to show anything: \"%s\"".formatted(words));
      return Optional.empty();
    }
    int at = passage.text().indexOf(words);
    if (at < 0) {
      struckOut.add(
          "a quote does not stand in source %d: \"%s\""
              .formatted(quote.source(), shortened(words)));
      return Optional.empty();
    }
    int start = passage.places()[at];
    int end = passage.places()[at + words.length() - 1] + 1;
    return Optional.of(
        new Citation(
            quote.source(),
            source.text().substring(start, end),
            source.start() + start,
            source.start() + end));
  }

  /// A quote without the quotation marks that a model may have put around it.
  private static String bare(String words) {
    int begin = 0;
    int end = words.length();
    while (begin < end && QUOTATION_MARKS.indexOf(words.charAt(begin)) >= 0) {
      begin++;
    }
    while (end > begin && QUOTATION_MARKS.indexOf(words.charAt(end - 1)) >= 0) {
      end--;
    }
    return words.substring(begin, end).strip();
  }

  private static String shortened(String words) {
    return words.length() <= MOST_SHOWN ? words : words.substring(0, MOST_SHOWN) + "...";
  }

  /// The answer without numbers that no quote stands for; where it has no number, those of its
  /// quotes come at its end.
  private String text(String answer, Set<Integer> holding) {
    Set<Integer> wrong = new TreeSet<>();
    boolean[] isCited = {false};
    String text =
        NUMBERS
            .matcher(answer)
            .replaceAll(found -> {
              Set<Integer> kept = new TreeSet<>();
              Matcher numbers = NUMBER.matcher(found.group());
              while (numbers.find()) {
                int number = Integer.parseInt(numbers.group());
                (holding.contains(number) ? kept : wrong).add(number);
              }
              isCited[0] |= !kept.isEmpty();
              String before = found.group().startsWith("[") ? "" : found.group().substring(0, 1);
              return kept.isEmpty() ? "" : Matcher.quoteReplacement(before + brackets(kept));
            });
    for (int number : wrong) {
      struckOut.add("the answer cites [%d] without a quote that stands there".formatted(number));
    }
    return isCited[0] ? text.strip() : text.strip() + " " + brackets(holding);
  }

  private static String brackets(Set<Integer> numbers) {
    return numbers.stream().map(n -> "[" + n + "]").collect(Collectors.joining());
  }
}
