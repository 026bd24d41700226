package dev.freehold.audit;

import dev.freehold.audit.grade.Component;
import dev.freehold.audit.grade.ComponentFact;
import dev.freehold.audit.grade.DataDescription;
import dev.freehold.audit.grade.Grade;
import dev.freehold.audit.grade.Grader;
import dev.freehold.audit.licence.Licence;
import dev.freehold.audit.licence.Lineage;
import dev.freehold.audit.licence.Terms;
import dev.freehold.audit.subject.Document;
import dev.freehold.audit.subject.Evidence;
import dev.freehold.audit.subject.Span;
import dev.freehold.audit.subject.Statement;
import dev.freehold.audit.subject.StoredFile;
import dev.freehold.audit.subject.Subject;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;

/// Answers what is asked apart from grades: what may be done with the weights, whether there is a
/// recipe and whether it gives them, whether the data is described and can be had.
final class Questions {
  private static final String YES = "yes";
  private static final String NO = "no";
  private static final String CONDITIONAL = "conditional";
  private static final String UNKNOWN = "unknown";
  private static final List<String> BY_STRICTNESS = List.of(YES, CONDITIONAL, UNKNOWN, NO);

  private final Lineage lineage;
  private final Subject subject;
  private final Terms terms;
  private final Grade grade;

  Questions(Lineage lineage, Grade grade) {
    this.lineage = lineage;
    this.terms = lineage.models().getFirst();
    this.subject = terms.subject();
    this.grade = grade;
  }

  List<Question> all() {
    return List.of(
        usable(),
        granted("weights-modifiable", "May the weights be modified?", Licence.Grants::modify),
        granted(
            "weights-redistributable",
            "May the weights be passed on?",
            Licence.Grants::redistribute),
        recipePresent(),
        recipeReproduces(),
        dataDescribed(),
        dataObtainable());
  }

  private Question usable() {
    String question = "Can the weights be used?";
    boolean stored =
        subject.files().stream().anyMatch(file -> file.kind() == StoredFile.Kind.WEIGHTS);
    Optional<String> problem = subject.evidence().weightsProblem();
    if (!stored || problem.isPresent()) {
      String reason = problem.orElse("no weights are stored in a format that runs no code");
      return new Question("weights-usable", question, NO, reason, List.of());
    }
    return granted("weights-usable", question, Licence.Grants::use);
  }

  /// The strictest grant of a model and all it was made from.
  private Question granted(String id, String question, Function<Licence.Grants, String> grant) {
    String answer = YES;
    String reason = "its licence, and those of all that it was made from, permit it";
    List<Span> evidence = new ArrayList<>();
    for (Terms model : lineage.models()) {
      String its = grant(model, grant);
      if (BY_STRICTNESS.indexOf(its) > BY_STRICTNESS.indexOf(answer)) {
        answer = its;
        reason = reason(model, its);
      }
      model.licenceTexts().forEach(text -> evidence.addAll(text.marks()));
    }
    if (!lineage.absent().isEmpty() && !answer.equals(NO)) {
      answer = UNKNOWN;
      reason = "made from a model that is not at hand: " + lineage.absent().getFirst().value();
      lineage.absent().forEach(base -> evidence.add(base.span()));
    }
    return new Question(id, question, answer, reason, evidence);
  }

  private static String grant(Terms model, Function<Licence.Grants, String> grant) {
    List<Licence> recognised = model.recognised();
    boolean allKnown = model.licenceTexts().stream().noneMatch(text -> text.recognised().isEmpty());
    if (recognised.isEmpty() || !allKnown) {
      return UNKNOWN;
    }
    String strictest = YES;
    for (Licence licence : recognised) {
      String its = grant.apply(licence.grants());
      if (BY_STRICTNESS.indexOf(its) > BY_STRICTNESS.indexOf(strictest)) {
        strictest = its;
      }
    }
    boolean conditions = model.plain().isEmpty() || model.isRestricted();
    return strictest.equals(YES) && conditions ? CONDITIONAL : strictest;
  }

  private static String reason(Terms model, String answer) {
    if (answer.equals(UNKNOWN)) {
      return model.licenceTexts().isEmpty()
          ? model.subject().name() + " has no licence text"
          : "a licence text of " + model.subject().name() + " is none that is known";
    }
    String names = String.join(", ", model.recognised().stream().map(Licence::name).toList());
    return answer.equals(NO)
        ? names + " forbids it"
        : "on the conditions of %s; see the rules".formatted(names);
  }

  private Question recipePresent() {
    String question = "Is the recipe there?";
    Optional<Document> recipe =
        subject.documents().stream()
            .filter(document -> {
              String name = document.fileName().toLowerCase(Locale.ROOT);
              return name.contains("recipe") && (name.endsWith(".yaml") || name.endsWith(".yml"));
            })
            .findFirst();
    ComponentFact code = grade.fact(Component.TRAINING_CODE);
    if (recipe.isPresent()) {
      boolean runs = code.isThere();
      return new Question(
          "recipe-present",
          question,
          runs ? YES : "partly",
          runs ? "a recipe, and the code that runs it" : "a recipe; the code that runs it is not",
          List.of(recipe.get().whole()));
    }
    if (code.isThere()) {
      return new Question(
          "recipe-present",
          question,
          "partly",
          "training code, and no recipe that states all settings",
          code.evidence());
    }
    boolean claimed = code.state() == ComponentFact.State.CLAIMED;
    return new Question(
        "recipe-present", question, claimed ? UNKNOWN : NO, code.reason(), code.evidence());
  }

  private Question recipeReproduces() {
    String question = "Does the recipe give these weights?";
    return subject
        .evidence()
        .rebuilt()
        .map(done ->
            new Question(
                "recipe-reproduces",
                question,
                reproduced(done),
                done.detail(),
                List.of(done.record())))
        .orElseGet(() -> {
          boolean recipe = !recipePresent().answer().equals(NO);
          return new Question(
              "recipe-reproduces",
              question,
              recipe ? UNKNOWN : NO,
              recipe ? "nobody has run it to the end here" : "there is no recipe",
              List.of());
        });
  }

  private static String reproduced(Evidence.Rebuilt done) {
    if (done.differs()) {
      return NO;
    }
    return done.equal().contains(Evidence.Part.WEIGHTS) ? YES : "partly";
  }

  private Question dataDescribed() {
    String question = "Is the training data described?";
    DataDescription description = Grader.description(terms);
    if (!description.addressed().isEmpty()) {
      boolean whole = description.missing().isEmpty();
      return new Question(
          "data-described",
          question,
          whole ? YES : "partly",
          whole
              ? "a data card addresses " + String.join(", ", description.addressed().keySet())
              : "a data card says nothing of " + String.join(", ", description.missing()),
          List.copyOf(description.addressed().values()));
    }
    List<Span> mentions = Grader.mentionsOfData(terms);
    return new Question(
        "data-described",
        question,
        mentions.isEmpty() ? NO : "partly",
        mentions.isEmpty() ? "no data card, and the card is silent" : "the model card mentions it",
        mentions);
  }

  private Question dataObtainable() {
    String question = "Can the training data be had?";
    ComponentFact data = grade.fact(Component.DATASETS);
    if (data.isThere()) {
      return new Question("data-obtainable", question, YES, data.reason(), data.evidence());
    }
    List<Statement> named = subject.stated("datasets");
    boolean claimed = data.state() == ComponentFact.State.CLAIMED;
    return new Question(
        "data-obtainable",
        question,
        claimed ? UNKNOWN : NO,
        data.reason(),
        named.stream().map(Statement::span).toList());
  }
}
