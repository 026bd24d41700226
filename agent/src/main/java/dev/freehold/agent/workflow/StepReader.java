package dev.freehold.agent.workflow;

import dev.freehold.agent.choice.ChoiceQuestion;
import dev.freehold.agent.sandbox.Reach;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/// Reads the steps of a workflow, and sees to it that templates name only what is known by then.
final class StepReader {
  static final String INPUT = "input";
  static final String RUN = "run";

  private static final List<String> KINDS =
      List.of(
          "model",
          "choice",
          "documents",
          "agent",
          "tool",
          "wait",
          "pause",
          "for-each",
          "switch",
          "action");
  private static final List<String> COMMON = List.of("id", "when", "retry");
  private static final int MAX_STEPS = 200;
  private static final int MAX_NESTING = 3;

  private final String file;
  private final String usualModel;
  private final List<String> input;
  private final Set<String> ids = new HashSet<>();
  private final Deque<Set<String>> known = new ArrayDeque<>();
  private final Deque<Set<String>> waits = new ArrayDeque<>();

  /// Around the step that is read.
  private int listsWithSeveralAtOnce;

  /// @param usualModel for steps that name none
  /// @param input the names that an input has; anything may be in it where none are said
  StepReader(String file, String usualModel, List<String> input) {
    this.file = file;
    this.usualModel = usualModel;
    this.input = input;
    known.push(new LinkedHashSet<>(List.of(INPUT, RUN)));
    waits.push(new HashSet<>());
  }

  List<StepSpec> steps(Section section, String key) {
    List<StepSpec> steps = new ArrayList<>();
    for (Section one : section.sections(key)) {
      StepSpec step = step(one);
      one.requireNothingElse();
      known.getFirst().add(step.id());
      if (step.work() instanceof Work.Wait) {
        waits.getFirst().add(step.id());
      }
      steps.add(step);
    }
    return steps;
  }

  /// The steps within another, which know what is known there and tell nothing to the outside.
  private List<StepSpec> inner(Section section, String key, Set<String> more) {
    if (known.size() > MAX_NESTING) {
      throw section.wrong(key, "steps are nested deeper than %d".formatted(MAX_NESTING));
    }
    known.push(new LinkedHashSet<>(more));
    waits.push(new HashSet<>());
    try {
      return steps(section, key);
    } finally {
      known.pop();
      waits.pop();
    }
  }

  /// What stands there in the place of a kind.
  private static String others(Section section) {
    List<String> others =
        section.keys().stream().filter(key -> !COMMON.contains(key)).map(Shown::text).toList();
    return others.isEmpty() ? "none" : "\"" + String.join("\", \"", others) + "\"";
  }

  private StepSpec step(Section section) {
    String id = section.name("id");
    if (id.equals(INPUT) || id.equals(RUN) || !ids.add(id)) {
      throw section.wrong("id", "\"%s\" is taken; every step has a name of its own".formatted(id));
    }
    if (ids.size() > MAX_STEPS) {
      throw section.wrong("id", "a workflow has at most %d steps".formatted(MAX_STEPS));
    }
    List<String> kinds = KINDS.stream().filter(section.keys()::contains).toList();
    if (kinds.size() != 1) {
      throw section.wrong(
          "step %s: expected exactly one of %s, found %s"
              .formatted(
                  id,
                  String.join(", ", KINDS),
                  kinds.isEmpty() ? others(section) : String.join(" and ", kinds)));
    }
    String kind = kinds.getFirst();
    Optional<StepSpec.Condition> when =
        section.has("when") ? Optional.of(condition(section.section("when"))) : Optional.empty();
    Work work = work(section, kind);
    if (work instanceof Work.Tool && listsWithSeveralAtOnce > 0) {
      // What a call changed is taken back by putting the whole workspace back.
      throw section.wrong(kind, "tools share a workspace; expected at-once: 1 around them");
    }
    return new StepSpec(id, kind, section.line(), when, retry(section, kind), work);
  }

  private Work work(Section section, String kind) {
    if (kind.equals("pause")) {
      return new Work.Pause(section.duration("pause"));
    }
    Section inside = section.section(kind);
    Work work =
        switch (kind) {
          case "model" -> model(inside);
          case "choice" -> choice(inside);
          case "documents" ->
              new Work.Documents(
                  inside.name("index"),
                  template(inside.value("query")),
                  inside.integer("most", 1, 50, 5));
          case "agent" ->
              new Work.Agent(
                  inside.string("model", usualModel),
                  template(inside.value("task")),
                  inside.strings("tools"),
                  inside.strings("allow"),
                  optional(inside, "workspace"),
                  hosts(inside));
          case "tool" ->
              new Work.Tool(
                  inside.string("name"),
                  template(inside.value("arguments")),
                  inside.flag("allow", false));
          case "wait" ->
              new Work.Wait(
                  template(inside.value("question")),
                  template(inside.value("payload")),
                  optional(inside, "show"),
                  inside.has("tell") ? Optional.of(inside.name("tell")) : Optional.empty());
          case "for-each" -> forEach(inside);
          case "switch" -> choose(inside);
          default -> action(inside);
        };
    inside.requireNothingElse();
    return work;
  }

  private static List<String> hosts(Section section) {
    List<String> hosts = section.strings("allow-hosts");
    try {
      return new Reach(List.of(), hosts).hosts();
    } catch (IllegalArgumentException e) {
      throw section.wrong("allow-hosts", String.valueOf(e.getMessage()));
    }
  }

  private Optional<Template> optional(Section section, String key) {
    return section.has(key) ? Optional.of(template(section.value(key))) : Optional.empty();
  }

  /// A template whose places are all known here.
  Template template(Yaml value) {
    Template template = Template.of(file, value);
    template.places(this::requireKnown);
    return template;
  }

  private void requireKnown(Template.Place place) {
    String name = place.names().getFirst();
    if (known.stream().noneMatch(names -> names.contains(name))) {
      Set<String> all = new LinkedHashSet<>();
      known.descendingIterator().forEachRemaining(all::addAll);
      throw place.wrong(
          "nothing is called \"%s\" here; there are: %s".formatted(name, String.join(", ", all)));
    }
    boolean isOfInput = name.equals(INPUT) && place.names().size() > 1 && !input.isEmpty();
    if (isOfInput && !input.contains(place.names().get(1))) {
      throw place.wrong(
          "the input has no \"%s\"; it has: %s"
              .formatted(place.names().get(1), String.join(", ", input)));
    }
  }

  private Work.Model model(Section section) {
    Optional<JsonNode> schema = Optional.empty();
    if (section.has("schema")) {
      schema = Optional.of(section.section("schema").json());
    }
    int most = section.integer("max-tokens", 1, 1 << 20, 0);
    double temperature = section.real("temperature", 0, 2, -1);
    int seed = section.integer("seed", 0, Integer.MAX_VALUE, -1);
    return new Work.Model(
        section.string("name", usualModel),
        optional(section, "system"),
        template(section.value("prompt")),
        schema,
        new Work.Sampled(
            most == 0 ? OptionalInt.empty() : OptionalInt.of(most),
            temperature < 0 ? Optional.empty() : Optional.of(temperature),
            seed < 0 ? Optional.empty() : Optional.of((long) seed)));
  }

  private Work.Choice choice(Section section) {
    List<ChoiceQuestion.Option> options = new ArrayList<>();
    Section named = section.section("options");
    for (String name : named.keys()) {
      JsonNode meaning = named.value(name).json();
      if (name.isBlank() || name.contains("\n") || !meaning.isString() && !meaning.isNull()) {
        throw named.wrong(name, "expected the option's name, and when it is right as a text");
      }
      options.add(new ChoiceQuestion.Option(name, meaning.asString("").strip()));
    }
    String question = section.string("question");
    try {
      ChoiceQuestion unused = new ChoiceQuestion(question, "", options);
    } catch (IllegalArgumentException wrong) {
      throw section.wrong("options", String.valueOf(wrong.getMessage()));
    }
    Optional<String> otherwise =
        section.has("unsure") ? Optional.of(section.string("unsure")) : Optional.empty();
    if (otherwise.isPresent() && !named.keys().contains(otherwise.get())) {
      throw section.wrong(
          "unsure", "expected one of the options, found \"%s\"".formatted(otherwise.get()));
    }
    return new Work.Choice(
        section.string("model", usualModel),
        question,
        template(section.value("text")),
        options,
        section.real("at-least", 0, 1, 0.8),
        otherwise);
  }

  private Work.ForEach forEach(Section section) {
    Template items = template(section.value("in"));
    if (items instanceof Template.Literal literal && !literal.value().isArray()
        || items instanceof Template.Text
        || items instanceof Template.Members) {
      throw section.wrong("in", "expected a list, as \"{{ input.tickets }}\"");
    }
    String as = section.name("as");
    if (as.equals(INPUT) || as.equals(RUN) || !ids.add(as)) {
      throw section.wrong("as", "\"%s\" is taken".formatted(as));
    }
    int atOnce = section.integer("at-once", 1, 64, 4);
    listsWithSeveralAtOnce += atOnce > 1 ? 1 : 0;
    List<StepSpec> steps = inner(section, "steps", Set.of(as));
    listsWithSeveralAtOnce -= atOnce > 1 ? 1 : 0;
    return new Work.ForEach(items, as, atOnce, steps);
  }

  private Work.Switch choose(Section section) {
    Template on = template(section.value("on"));
    Section named = section.section("cases");
    Map<String, List<StepSpec>> cases = new LinkedHashMap<>();
    for (String name : named.keys()) {
      cases.put(name, inner(named, name, Set.of()));
    }
    if (cases.isEmpty()) {
      throw section.wrong("cases", "expected at least one");
    }
    List<StepSpec> otherwise = section.has("else") ? inner(section, "else", Set.of()) : List.of();
    return new Work.Switch(on, cases, otherwise);
  }

  private Work.Action action(Section section) {
    String name = section.name("name");
    if (section.has("payload") == section.has("approved")) {
      throw section.wrong(
          "expected either payload, or approved with the name of a step that waits for a person");
    }
    if (section.has("payload")) {
      return new Work.Action(name, new Work.Given.Payload(template(section.value("payload"))));
    }
    String step = section.name("approved");
    if (waits.stream().noneMatch(steps -> steps.contains(step))) {
      throw section.wrong(
          "approved", "\"%s\" is no step before this one that waits for a person".formatted(step));
    }
    return new Work.Action(name, new Work.Given.Approved(step));
  }

  private StepSpec.Condition condition(Section section) {
    Template value = template(section.value("value"));
    List<String> tests = List.of("is", "is-not", "at-least").stream().filter(section::has).toList();
    if (tests.size() != 1) {
      throw section.wrong("expected exactly one of is, is-not, at-least");
    }
    String key = tests.getFirst();
    StepSpec.Test test =
        key.equals("at-least")
            ? new StepSpec.Test.AtLeast(section.real(key, -1e18, 1e18, 0))
            : key.equals("is")
                ? new StepSpec.Test.Is(texts(section, key))
                : new StepSpec.Test.IsNot(texts(section, key));
    section.requireNothingElse();
    return new StepSpec.Condition(value, test);
  }

  /// One value or a list of them, as texts.
  private static List<String> texts(Section section, String key) {
    JsonNode value = section.value(key).json();
    List<String> texts = new ArrayList<>();
    for (JsonNode one : value.isArray() ? value : List.of(value)) {
      if (one.isContainer()) {
        throw section.wrong(key, "expected a value or a list of values");
      }
      texts.add(one.isNull() ? "" : one.asString());
    }
    return texts;
  }

  private static StepSpec.Retry retry(Section section, String kind) {
    if (!section.has("retry")) {
      return StepSpec.Retry.NONE;
    }
    if (Set.of("wait", "pause", "for-each", "switch").contains(kind)) {
      throw section.wrong("retry", "a step of kind %s is not tried again".formatted(kind));
    }
    Section retry = section.section("retry");
    StepSpec.Retry read =
        new StepSpec.Retry(
            retry.integer("times", 1, 100, 3),
            retry.duration("delay", Duration.ofSeconds(10)),
            retry.real("factor", 1, 10, 2));
    retry.requireNothingElse();
    return read;
  }
}
