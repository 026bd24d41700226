package dev.freehold.eval.task;

import dev.freehold.eval.EvalException;
import dev.freehold.eval.judge.BoundedRegex;
import dev.freehold.eval.judge.Criterion;
import dev.freehold.eval.judge.Normalization;
import dev.freehold.eval.judge.NumberRule;
import dev.freehold.eval.judge.SchemaCheck;
import dev.freehold.eval.record.Fields;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/// Reads how a reply is judged: the object `judge` of a task.
final class CriterionFields {
  private static final int MOST_TEXTS = 1_000;
  private static final int MOST_CALLS = 100;
  private static final int MOST_RUBRIC = 20_000;

  /// What a better reply is, where a task says nothing.
  static final String BETTER =
      "Which reply answers the question more correctly, completely and usefully?";

  private CriterionFields() {}

  static Criterion criterion(Fields judge) {
    String type = judge.requiredString("type");
    Criterion criterion =
        switch (type) {
          case "exact" -> exact(judge);
          case "regex" -> regex(judge);
          case "contains" -> contains(judge);
          case "number" -> number(judge);
          case "json_schema" ->
              new Criterion.SchemaValid(schema(judge), judge.bool("fenced", true));
          case "json" ->
              new Criterion.JsonEqual(judge.required("expected"), judge.bool("fenced", true));
          case "tool_calls" -> toolCalls(judge);
          case "rubric" -> new Criterion.Rubric(judge.name("rubric", MOST_RUBRIC));
          case "pairwise" ->
              new Criterion.Pairwise(
                  judge.has("rubric") ? judge.name("rubric", MOST_RUBRIC) : BETTER);
          default ->
              throw judge.wrong(
                  "type",
                  ("expected exact, regex, contains, number, json_schema, json, tool_calls, rubric"
                          + " or pairwise, found \"%s\"")
                      .formatted(type));
        };
    judge.nothingElse();
    return criterion;
  }

  private static Criterion exact(Fields judge) {
    List<String> expected = judge.strings("expected", MOST_TEXTS);
    if (expected.isEmpty()) {
      throw judge.wrong("expected", "is missing; name at least one text");
    }
    return new Criterion.Exact(expected, normalization(judge));
  }

  private static Normalization normalization(Fields judge) {
    if (!judge.has("normalize")) {
      return Normalization.DEFAULT;
    }
    Set<Normalization.Step> steps = new HashSet<>();
    for (String step : judge.strings("normalize", MOST_TEXTS)) {
      steps.add(judge.constant("normalize", step, Normalization.Step.class));
    }
    return new Normalization(steps);
  }

  private static Criterion regex(Fields judge) {
    int flags =
        Pattern.UNICODE_CASE
            | (judge.bool("ignore_case", false) ? Pattern.CASE_INSENSITIVE : 0)
            | (judge.bool("dot_all", false) ? Pattern.DOTALL : 0);
    try {
      return new Criterion.Matches(
          BoundedRegex.compile(judge.requiredString("pattern"), flags), judge.bool("whole", false));
    } catch (EvalException wrong) {
      throw judge.wrong("pattern", String.valueOf(wrong.getMessage()));
    }
  }

  private static Criterion contains(Fields judge) {
    List<String> all = judge.strings("all", MOST_TEXTS);
    List<String> any = judge.strings("any", MOST_TEXTS);
    List<String> none = judge.strings("none", MOST_TEXTS);
    if (all.isEmpty() && any.isEmpty() && none.isEmpty()) {
      throw judge.wrong("all", "is missing, and so are any and none: every reply would be right");
    }
    return new Criterion.Contains(all, any, none, normalization(judge));
  }

  private static Criterion number(Fields judge) {
    return new Criterion.Number(
        new NumberRule(
            judge.decimal("expected").orElseThrow(() -> judge.wrong("expected", "is missing")),
            tolerance(judge, "tolerance"),
            tolerance(judge, "relative_tolerance"),
            judge.oneOf("which", NumberRule.Which.class).orElse(NumberRule.Which.LAST),
            judge.bool("decimal_comma", false)));
  }

  private static BigDecimal tolerance(Fields judge, String name) {
    BigDecimal tolerance = judge.decimal(name).orElse(BigDecimal.ZERO);
    if (tolerance.signum() < 0) {
      throw judge.wrong(name, "expected 0 or more, found " + tolerance);
    }
    return tolerance;
  }

  private static SchemaCheck schema(Fields judge) {
    try {
      return SchemaCheck.of(judge.required("schema"));
    } catch (EvalException wrong) {
      throw judge.wrong("schema", String.valueOf(wrong.getMessage()));
    }
  }

  private static Criterion toolCalls(Fields judge) {
    judge.required("expected");
    List<Criterion.ToolCalls.Expected> calls = new ArrayList<>();
    for (Fields call : judge.objects("expected", MOST_CALLS)) {
      calls.add(
          new Criterion.ToolCalls.Expected(
              call.name("name", 256),
              RequestFields.arguments(call),
              Set.copyOf(call.strings("ignore", MOST_TEXTS))));
      call.nothingElse();
    }
    return new Criterion.ToolCalls(calls);
  }

  /// An answer that is right, as text for judges and people, where the criterion names one.
  static Optional<String> reference(Criterion criterion) {
    return switch (criterion) {
      case Criterion.Exact exact -> Optional.of(exact.expected().getFirst());
      case Criterion.Number number -> Optional.of(number.rule().expected().toPlainString());
      case Criterion.JsonEqual json -> Optional.of(json.expected().toString());
      case Criterion.ToolCalls calls -> Optional.of(text(calls));
      case Criterion.Matches regex -> Optional.of("/" + regex.regex() + "/");
      case Criterion.Contains contains -> Optional.of(text(contains));
      case Criterion.SchemaValid _,
          Criterion.Programmed _,
          Criterion.Rubric _,
          Criterion.Pairwise _ ->
          Optional.empty();
    };
  }

  private static String text(Criterion.ToolCalls calls) {
    List<String> texts =
        calls.expected().stream().map(call -> call.name() + call.arguments()).toList();
    return texts.isEmpty() ? "no call" : String.join(", ", texts);
  }

  private static String text(Criterion.Contains contains) {
    List<String> texts = new ArrayList<>();
    if (!contains.all().isEmpty()) {
      texts.add("all of " + contains.all());
    }
    if (!contains.any().isEmpty()) {
      texts.add("any of " + contains.any());
    }
    if (!contains.none().isEmpty()) {
      texts.add("none of " + contains.none());
    }
    return String.join("; ", texts);
  }
}
