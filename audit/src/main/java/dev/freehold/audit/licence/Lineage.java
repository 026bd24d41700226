package dev.freehold.audit.licence;

import dev.freehold.audit.subject.Span;
import dev.freehold.audit.subject.Statement;
import dev.freehold.audit.subject.Subject;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// A model and all it was made from, and the terms of all of them together.
///
/// @param models the model itself first, then its ancestors that were found
/// @param absent statements that name an ancestor which was not found
/// @param answers by rule: the strictest of all; unknown where nobody forbids and an ancestor or
///   its text is missing
public record Lineage(List<Terms> models, List<Statement> absent, Map<RuleId, RuleAnswer> answers) {
  private static final int MOST_MODELS = 32;

  /// Finds the models that others name as their base.
  public interface Parents {
    /// The model of this name; empty where it is not at hand.
    Optional<Subject> find(String name);

    /// Nobody is at hand.
    static Parents none() {
      return name -> Optional.empty();
    }
  }

  public Lineage {
    models = List.copyOf(models);
    absent = List.copyOf(absent);
    answers = Map.copyOf(answers);
  }

  /// Follows the bases of a model.
  public static Lineage of(Subject subject, RuleBook book, Parents parents) {
    TermsReader reader = new TermsReader(book);
    List<Terms> models = new ArrayList<>();
    List<Statement> absent = new ArrayList<>();
    Set<String> met = new HashSet<>(Set.of(subject.name().toLowerCase(Locale.ROOT)));
    List<Subject> open = new ArrayList<>(List.of(subject));
    while (!open.isEmpty()) {
      Subject next = open.removeFirst();
      models.add(reader.read(next));
      for (Statement base : next.stated("base_model")) {
        if (!met.add(base.value().toLowerCase(Locale.ROOT))) {
          continue;
        }
        Optional<Subject> found =
            models.size() + open.size() < MOST_MODELS
                ? parents.find(base.value())
                : Optional.empty();
        found.ifPresentOrElse(open::add, () -> absent.add(base));
      }
    }
    Map<RuleId, RuleAnswer> answers = new EnumMap<>(RuleId.class);
    for (RuleId id : RuleId.values()) {
      answers.put(id, joined(book.rule(id), models, absent));
    }
    return new Lineage(models, absent, answers);
  }

  private static RuleAnswer joined(Rule rule, List<Terms> models, List<Statement> absent) {
    RuleAnswer strictest = models.getFirst().answer(rule.id());
    Optional<RuleAnswer> unknown = Optional.empty();
    for (Terms terms : models) {
      RuleAnswer answer = terms.answer(rule.id());
      if (answer.isUnknown()) {
        unknown = unknown.or(() -> Optional.of(of(terms, models, answer)));
      } else if (rule.strictness(answer.answer()) > rule.strictness(strictest.answer())
          || strictest.isUnknown()) {
        strictest = of(terms, models, answer);
      }
    }
    if (unknown.isEmpty() && !absent.isEmpty()) {
      List<Span> evidence = absent.stream().map(Statement::span).toList();
      String names = String.join(", ", absent.stream().map(Statement::value).toList());
      unknown =
          Optional.of(
              RuleAnswer.unknown(
                  rule.id(), "made from a model that is not at hand: " + names, evidence));
    }
    return unknown.isPresent() && !rule.isFinal(strictest.answer()) ? unknown.get() : strictest;
  }

  /// An answer of an ancestor says whose it is.
  private static RuleAnswer of(Terms terms, List<Terms> models, RuleAnswer answer) {
    if (terms.equals(models.getFirst())) {
      return answer;
    }
    return new RuleAnswer(
        answer.rule(),
        answer.answer(),
        answer.basis(),
        "by way of %s: %s".formatted(terms.subject().name(), answer.reason()),
        answer.evidence());
  }

  public RuleAnswer answer(RuleId id) {
    RuleAnswer answer = answers.get(id);
    if (answer == null) {
      throw new IllegalArgumentException("no answer to " + id);
    }
    return answer;
  }
}
