package dev.freehold.audit.grade;

import dev.freehold.audit.AuditException;
import dev.freehold.audit.grade.ComponentFact.State;
import dev.freehold.audit.licence.RuleBook;
import dev.freehold.audit.licence.Terms;
import dev.freehold.audit.subject.Document;
import dev.freehold.audit.subject.Evidence;
import dev.freehold.audit.subject.ModelCard;
import dev.freehold.audit.subject.Span;
import dev.freehold.audit.subject.Statement;
import dev.freehold.audit.subject.StoredFile;
import dev.freehold.audit.subject.Subject;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// Finds a model's components among its stored files, by what `openness.yaml` declares, by names
/// and by content. A link or a claim is never a component.
final class ComponentFinder {
  private static final int LEAST_CARD_WORDS = 40;
  private static final int MOST_EVIDENCE = 3;

  private final Subject subject;
  private final Optional<Declared> declared;
  private final ComponentLicences licences;
  private final Optional<String> bases;

  /// @param bases why weights are not free of the terms of what they were made from; empty where
  ///   they are
  ComponentFinder(Terms terms, RuleBook book, Optional<String> bases) {
    this.subject = terms.subject();
    this.bases = bases;
    this.declared = declared(subject);
    this.licences = new ComponentLicences(terms, book);
  }

  /// A declaration that cannot be read declares nothing; the report tells it as a finding.
  private static Optional<Declared> declared(Subject subject) {
    try {
      return Declared.of(subject);
    } catch (AuditException unreadable) {
      return Optional.empty();
    }
  }

  List<ComponentFact> all() {
    List<ComponentFact> facts = new ArrayList<>();
    for (Component component : Component.values()) {
      facts.add(fact(component));
    }
    return facts;
  }

  private ComponentFact fact(Component component) {
    Optional<Declared.Entry> entry =
        declared.flatMap(all -> Optional.ofNullable(all.components().get(component)));
    if (entry.isPresent()) {
      return declaredFact(component, entry.get());
    }
    List<Span> found = new ArrayList<>();
    for (Document document : subject.documents()) {
      if (NamedFiles.matches(component, document.name().toLowerCase(Locale.ROOT))
          && found.size() < MOST_EVIDENCE) {
        found.add(document.whole());
      }
    }
    for (StoredFile file : subject.files()) {
      if (file.kind() != StoredFile.Kind.POINTER
          && NamedFiles.matches(component, file.name().toLowerCase(Locale.ROOT))
          && found.size() < MOST_EVIDENCE) {
        found.add(span(file));
      }
    }
    if (!found.isEmpty()) {
      return there(component, Optional.empty(), found, "stored: " + found.getFirst().document());
    }
    return byContent(component).orElseGet(() -> claimed(component));
  }

  private static Span span(StoredFile file) {
    return new Span(file.name(), file.sha256().orElse(""), 0, file.bytes() + " bytes");
  }

  private ComponentFact there(
      Component component, Optional<String> licence, List<Span> found, String reason) {
    ComponentLicences.Found under = licences.of(component, licence, found.getFirst().document());
    if (bases.isPresent() && isWeights(component)) {
      return new ComponentFact(
          component, State.PRESENT, under.id(), false, reason + "; " + bases.get(), found);
    }
    return new ComponentFact(
        component, State.PRESENT, under.id(), under.open(), reason + "; " + under.reason(), found);
  }

  private static boolean isWeights(Component component) {
    return component == Component.PARAMETERS || component == Component.INTERMEDIATE_PARAMETERS;
  }

  private ComponentFact declaredFact(Component component, Declared.Entry entry) {
    List<Span> found = new ArrayList<>();
    List<String> missing = new ArrayList<>();
    for (String path : entry.paths()) {
      Optional<Span> span = at(path);
      span.ifPresent(found::add);
      if (span.isEmpty()) {
        missing.add(path);
      }
    }
    if (!missing.isEmpty()) {
      return notThere(
          component,
          State.CLAIMED,
          "%s names %s, which is not there".formatted(Declared.FILE, missing.getFirst()));
    }
    if (entry.rebuiltBy().isEmpty()) {
      return found.isEmpty()
          ? notThere(component, State.CLAIMED, Declared.FILE + " names no file")
          : there(component, entry.licence(), found, "declared, and stored");
    }
    Optional<Span> recipe = at(entry.rebuiltBy().get());
    boolean weights = isWeights(component);
    boolean rebuilt =
        subject.evidence().isRebuilt(weights ? Evidence.Part.WEIGHTS : Evidence.Part.DATA);
    if (recipe.isEmpty() || !rebuilt) {
      return notThere(
          component,
          State.CLAIMED,
          recipe.isEmpty()
              ? "the recipe that %s names is not there".formatted(Declared.FILE)
              : "the recipe that would compute it is stored; nobody has run it to the end here");
    }
    found.add(recipe.get());
    subject.evidence().rebuilt().ifPresent(done -> found.add(done.record()));
    ComponentFact fact = there(component, entry.licence(), found, rebuilt(component));
    return new ComponentFact(
        component, State.REBUILT, fact.licence(), fact.open(), fact.reason(), found);
  }

  private String rebuilt(Component component) {
    String by =
        subject.evidence().rebuilt().flatMap(Evidence.Rebuilt::by).map(" by "::concat).orElse("");
    String form =
        component == Component.INTERMEDIATE_PARAMETERS
            ? "; not stored themselves, which is the form that the framework speaks of"
            : "";
    return "computed again%s from its recipe, to the same bytes%s".formatted(by, form);
  }

  /// The file at a path, or the first one in a folder, whose path ends with `/`.
  private Optional<Span> at(String path) {
    for (Document document : subject.documents()) {
      if (document.name().equals(path) || path.endsWith("/") && document.name().startsWith(path)) {
        return Optional.of(document.whole());
      }
    }
    return subject.files().stream()
        .filter(file -> file.kind() != StoredFile.Kind.POINTER)
        .filter(
            file -> file.name().equals(path) || path.endsWith("/") && file.name().startsWith(path))
        .map(ComponentFinder::span)
        .findFirst();
  }

  private static ComponentFact notThere(Component component, State state, String reason) {
    return new ComponentFact(component, state, Optional.empty(), false, reason, List.of());
  }

  private Optional<ComponentFact> byContent(Component component) {
    return switch (component) {
      case PARAMETERS -> parameters();
      case ARCHITECTURE -> architecture();
      case MODEL_CARD -> modelCard();
      case EVALUATION_RESULTS ->
          CardText.resultTable(subject)
              .map(span -> there(component, Optional.empty(), List.of(span), "in the model card"));
      case TECHNICAL_REPORT -> {
        ComponentFact paper = fact(Component.RESEARCH_PAPER);
        yield paper.isThere()
            ? Optional.of(
                there(component, Optional.empty(), paper.evidence(), "the paper stands for it"))
            : Optional.empty();
      }
      default -> Optional.empty();
    };
  }

  private Optional<ComponentFact> parameters() {
    Optional<String> problem = subject.evidence().weightsProblem();
    if (problem.isPresent()) {
      return Optional.of(notThere(Component.PARAMETERS, State.CLAIMED, problem.get()));
    }
    List<Span> weights =
        subject.files().stream()
            .filter(file -> file.kind() == StoredFile.Kind.WEIGHTS)
            .filter(file -> !NamedFiles.matches(Component.INTERMEDIATE_PARAMETERS, file.name()))
            .limit(MOST_EVIDENCE)
            .map(ComponentFinder::span)
            .toList();
    if (weights.isEmpty()) {
      boolean pointers =
          subject.files().stream().anyMatch(file -> file.kind() == StoredFile.Kind.POINTER);
      return pointers
          ? Optional.of(
              notThere(Component.PARAMETERS, State.CLAIMED, "pointers of Git LFS, and no weights"))
          : Optional.empty();
    }
    return Optional.of(
        there(
            Component.PARAMETERS,
            Optional.empty(),
            weights,
            "%d stored".formatted(weights.size())));
  }

  private Optional<ComponentFact> architecture() {
    Optional<Span> stated =
        subject
            .document("config.json")
            .filter(config -> config.text().contains("\"model_type\""))
            .filter(config -> !config.text().contains("\"auto_map\""))
            .map(Document::whole)
            .or(() -> subject.stated("architecture").stream().findFirst().map(Statement::span));
    return stated.map(span ->
        there(
            Component.ARCHITECTURE,
            Optional.empty(),
            List.of(span),
            "a public architecture, which the configuration states"));
  }

  private Optional<ComponentFact> modelCard() {
    return subject
        .document(ModelCard.FILE)
        .filter(card -> CardText.words(card) >= LEAST_CARD_WORDS)
        .map(
            card -> there(Component.MODEL_CARD, Optional.empty(), List.of(card.whole()), "stored"));
  }

  /// What a card points to and nobody has seen.
  private ComponentFact claimed(Component component) {
    Optional<String> pointed =
        switch (component) {
          case DATASETS ->
              subject.stated("datasets").stream().findFirst().map(s -> "named: " + s.value());
          case RESEARCH_PAPER, TECHNICAL_REPORT -> CardText.mention(subject, "arxiv.org/");
          case TRAINING_CODE, INFERENCE_CODE, EVALUATION_CODE ->
              CardText.mention(subject, "github.com/");
          default -> Optional.empty();
        };
    return pointed
        .map(what ->
            notThere(component, State.CLAIMED, what + "; its bytes are not stored with the model"))
        .orElseGet(() -> notThere(component, State.ABSENT, "nothing of it is stored or named"));
  }
}
