package dev.freehold.audit.grade;

import dev.freehold.audit.AuditException;
import dev.freehold.audit.licence.Licence;
import dev.freehold.audit.licence.Lineage;
import dev.freehold.audit.licence.RuleBook;
import dev.freehold.audit.licence.Terms;
import dev.freehold.audit.subject.Shown;
import dev.freehold.audit.subject.Span;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Grades a model by the Model Openness Framework and by the Open Source AI Definition 1.0.
///
/// Sources: the framework's list of components per class, as its tool states them; the definition,
/// and the checklist published with it.
public final class Grader {
  private static final int LEAST_OPEN_CLASS = 3;

  private Grader() {}

  /// Grades a model by its own terms; weights also by those of the models they were made from.
  public static Grade grade(Lineage lineage, RuleBook book) {
    Terms terms = lineage.models().getFirst();
    List<ComponentFact> facts = new ComponentFinder(terms, book, bases(lineage)).all();
    Map<Integer, List<String>> missing = new LinkedHashMap<>();
    int reached = 0;
    for (int level = LEAST_OPEN_CLASS; level >= 1; level--) {
      List<String> lacks = new ArrayList<>();
      for (ComponentFact fact : facts) {
        if (fact.component().requiredFrom() >= level && !fact.open()) {
          lacks.add("%s: %s".formatted(fact.component().label(), lack(fact)));
        }
      }
      missing.put(level, lacks);
      if (lacks.isEmpty()) {
        reached = level;
      }
    }
    return new Grade(facts, reached, missing, checklist(terms, facts));
  }

  /// Why what a model declares of its components cannot be read; empty where it can.
  public static Optional<String> problem(Terms terms) {
    try {
      Declared.of(terms.subject());
      return Optional.empty();
    } catch (AuditException unreadable) {
      return Optional.of(String.valueOf(unreadable.getMessage()));
    }
  }

  private static Optional<String> bases(Lineage lineage) {
    if (!lineage.absent().isEmpty()) {
      return Optional.of(
          "made from %s, whose terms are not at hand"
              .formatted(Shown.text(lineage.absent().getFirst().value(), 100)));
    }
    return lineage.models().stream()
        .skip(1)
        .filter(base -> base.plain().filter(Licence::open).isEmpty())
        .findFirst()
        .map(base ->
            "made from %s, which is not under an open licence"
                .formatted(Shown.text(base.subject().name(), 100)));
  }

  private static String lack(ComponentFact fact) {
    return fact.isThere() ? fact.reason() : fact.state().label() + ", " + fact.reason();
  }

  private static List<Grade.Check> checklist(Terms terms, List<ComponentFact> facts) {
    DataDescription description = DataDescription.of(terms.subject());
    List<Grade.Check> checks = new ArrayList<>();
    boolean data = facts.get(Component.DATASETS.ordinal()).open();
    boolean described =
        facts.get(Component.DATA_CARD.ordinal()).open() && description.missing().isEmpty();
    for (Component component :
        List.of(
            Component.DATASETS,
            Component.RESEARCH_PAPER,
            Component.TECHNICAL_REPORT,
            Component.DATA_CARD)) {
      checks.add(dataCheck(facts.get(component.ordinal()), data, described, description));
    }
    for (Component component :
        List.of(
            Component.PREPROCESSING_CODE,
            Component.TRAINING_CODE,
            Component.INFERENCE_CODE,
            Component.LIBRARIES,
            Component.ARCHITECTURE)) {
      checks.add(check("code", facts.get(component.ordinal())));
    }
    checks.add(check("parameters", facts.get(Component.PARAMETERS.ordinal())));
    return checks;
  }

  /// The four lines about data are read together: with the datasets the others are not needed, and
  /// a data card that addresses everything stands for datasets that cannot be shared.
  private static Grade.Check dataCheck(
      ComponentFact fact, boolean data, boolean described, DataDescription description) {
    if (fact.open() || !data && !described) {
      Grade.Check check = check("data information", fact);
      boolean partly = fact.component() == Component.DATA_CARD && !description.missing().isEmpty();
      return partly && !data && fact.open()
          ? new Grade.Check(
              check.element(),
              check.requirement(),
              "no",
              "a data card, which says nothing of: " + String.join(", ", description.missing()),
              check.evidence())
          : check;
    }
    List<Span> evidence = data ? fact.evidence() : List.copyOf(description.addressed().values());
    return new Grade.Check(
        "data information",
        fact.component().label(),
        "yes",
        data
            ? "not needed: the datasets themselves are there"
            : "not needed: the data card addresses all that the definition asks for",
        evidence);
  }

  private static Grade.Check check(String element, ComponentFact fact) {
    String met =
        fact.open()
            ? "yes"
            : switch (fact.state()) {
              case CLAIMED -> "unknown";
              case ABSENT -> "no";
              case PRESENT, REBUILT -> fact.licence().isEmpty() ? "unknown" : "no";
            };
    String reason = fact.isThere() ? fact.reason() : fact.state().label() + ": " + fact.reason();
    return new Grade.Check(element, fact.component().label(), met, reason, fact.evidence());
  }

  /// What the documents say of the data.
  public static DataDescription description(Terms terms) {
    return DataDescription.of(terms.subject());
  }

  /// What the model card says of the data.
  public static List<Span> mentionsOfData(Terms terms) {
    return DataDescription.inModelCard(terms.subject());
  }
}
