package dev.freehold.audit.licence;

import dev.freehold.audit.licence.RuleAnswer.Basis;
import dev.freehold.audit.subject.Document;
import dev.freehold.audit.subject.Span;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Reads a text of terms by the phrases of a [RuleBook].
///
/// A phrase in the text and what is published of a recognised licence are both heard; where they
/// differ the stricter counts, since a text can have been added to. A recognised text that is
/// silent means the mildest answer; one that is not recognised means nothing by silence.
public final class LicenceReader {
  /// How far names and dates may lengthen a text before it holds more than its licence.
  private static final int SPARE_WORDS = 60;

  /// What a model's card can say by itself: it also quotes the terms of others.
  private static final Set<RuleId> OF_CARDS = Set.of(RuleId.COMM);

  private final RuleBook book;

  public LicenceReader(RuleBook book) {
    this.book = book;
  }

  /// Reads all of a document.
  public Reading read(Document document, Reading.Role role) {
    return read(document, role, 0, document.text().length());
  }

  /// Reads the characters `[from, to)` of a document.
  public Reading read(Document document, Reading.Role role, int from, int to) {
    Words words = Words.of(document.text(), from, to);
    boolean isLicence = role == Reading.Role.LICENCE;
    List<Licence> recognised = isLicence ? book.recognised(words) : List.of();
    List<Span> marks = new ArrayList<>();
    for (Licence licence : recognised) {
      find(licence.marks().getFirst(), document, words).ifPresent(marks::add);
    }
    Map<RuleId, RuleAnswer> answers = new EnumMap<>(RuleId.class);
    for (RuleId id : RuleId.values()) {
      if (role == Reading.Role.CARD && !OF_CARDS.contains(id)) {
        continue;
      }
      Rule rule = book.rule(id);
      Optional<RuleAnswer> said = said(rule, document, words);
      List<RuleAnswer> all = new ArrayList<>();
      for (int i = 0; i < recognised.size(); i++) {
        all.add(published(rule, recognised.get(i), marks, said));
      }
      said.ifPresent(all::add);
      strictest(rule, all).ifPresent(answer -> answers.put(id, answer));
    }
    return new Reading(document, role, recognised, marks, surplus(recognised, words), answers);
  }

  private static int surplus(List<Licence> recognised, Words words) {
    int known = recognised.stream().mapToInt(Licence::words).sum();
    boolean allKnown = recognised.stream().allMatch(licence -> licence.words() > 0);
    int more = words.count() - known - SPARE_WORDS;
    return recognised.isEmpty() || !allKnown || more <= 0 ? 0 : words.count() - known;
  }

  /// What the words of a text say, the strictest answer first.
  private static Optional<RuleAnswer> said(Rule rule, Document document, Words words) {
    for (String answer : rule.answers().reversed()) {
      for (Phrase phrase : rule.phrases().getOrDefault(answer, List.of())) {
        Optional<Span> span = find(phrase, document, words);
        if (span.isPresent()) {
          return Optional.of(
              new RuleAnswer(
                  rule.id(),
                  answer,
                  Basis.TEXT,
                  "%s says so".formatted(document.name()),
                  List.of(span.get())));
        }
      }
    }
    return Optional.empty();
  }

  private static RuleAnswer published(
      Rule rule, Licence licence, List<Span> marks, Optional<RuleAnswer> said) {
    String answer = licence.facts().getOrDefault(rule.id(), rule.mildest());
    if (said.isPresent() && said.get().answer().equals(answer)) {
      return said.get();
    }
    boolean stated = licence.facts().containsKey(rule.id());
    return new RuleAnswer(
        rule.id(),
        answer,
        stated ? Basis.LICENCE : Basis.SILENCE,
        stated
            ? licence.reason(rule.id(), "as which the text is recognised")
            : "%s sets no such term".formatted(licence.name()),
        marks);
  }

  private static Optional<RuleAnswer> strictest(Rule rule, List<RuleAnswer> answers) {
    RuleAnswer strictest = null;
    for (RuleAnswer answer : answers) {
      if (strictest == null
          || rule.strictness(answer.answer()) > rule.strictness(strictest.answer())) {
        strictest = answer;
      }
    }
    return Optional.ofNullable(strictest);
  }

  private static Optional<Span> find(Phrase phrase, Document document, Words words) {
    return phrase
        .find(words)
        .map(match -> document.span(words.start(match.first()), words.end(match.last())));
  }
}
