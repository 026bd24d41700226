package dev.freehold.agent.workflow;

import dev.freehold.agent.journal.Waiting;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;

/// Goes through the steps of a run, one after the other, and for items of lists several at once.
///
/// The key of a step is its id after those of the steps around it, with the number of the item, as
/// `tickets/2/draft`; what was done before is not done again.
final class RunSteps {
  private static final int MOST_ITEMS = 1000;

  private final RunContext context;
  private final ModelSteps models;
  private final PersonSteps people;
  private final EffectSteps effects;
  private final ToolSteps tools;

  RunSteps(RunContext context) {
    this.context = context;
    this.models = new ModelSteps(context);
    this.people = new PersonSteps(context);
    this.effects = new EffectSteps(context);
    this.tools = new ToolSteps(context);
  }

  /// Does steps.
  ///
  /// @param scope is told their values
  /// @param prefix of their keys
  /// @return the value of the last; null where there is none
  /// @throws Waiting where a person or a time has to come first
  /// @throws StepFailure where one could not be done
  JsonNode sequence(List<StepSpec> steps, Scope scope, String prefix) {
    JsonNode last = JsonNodeFactory.instance.nullNode();
    for (StepSpec step : steps) {
      boolean isDone = step.when().isEmpty() || step.when().get().holds(scope);
      last = isDone ? value(step, scope, prefix + step.id()) : JsonNodeFactory.instance.nullNode();
      scope.put(step.id(), last);
    }
    return last;
  }

  private JsonNode value(StepSpec spec, Scope scope, String key) {
    return switch (spec.work()) {
      case Work.Model work -> models.answer(spec, work, scope, key);
      case Work.Choice work ->
          people.choice(spec, work, models.verdict(spec, work, scope, key), key);
      case Work.Documents work -> effects.search(spec, work, scope, key);
      case Work.Agent work -> effects.task(spec, work, scope, key);
      case Work.Tool work -> tools.call(spec, work, scope, key);
      case Work.Wait work -> people.decision(spec, work, scope, key);
      case Work.Pause work -> pause(spec, work.time(), key);
      case Work.ForEach work -> each(work, scope, key);
      case Work.Switch work -> chosen(work, scope, key);
      case Work.Action work -> effects.act(spec, work, scope, key);
    };
  }

  private JsonNode pause(StepSpec spec, Duration time, String key) {
    JsonNode request = JsonNodeFactory.instance.objectNode().put("time", time.toString());
    try {
      context.run().awaitTime(key, request, () -> context.clock().instant().plus(time));
    } catch (Waiting waiting) {
      throw context.wait(key, String.valueOf(waiting.getMessage()));
    }
    context.listener().done(key, spec.kind());
    return JsonNodeFactory.instance.nullNode();
  }

  private JsonNode each(Work.ForEach work, Scope scope, String key) {
    JsonNode items = work.items().fill(scope);
    if (!items.isArray() || items.size() > MOST_ITEMS) {
      throw new StepFailure(
          key,
          items.isArray()
              ? "expected at most %,d items, found %,d".formatted(MOST_ITEMS, items.size())
              : "expected a list, found %s".formatted(items.getNodeType()));
    }
    ArrayNode values = JsonNodeFactory.instance.arrayNode();
    FanOut.over(
            items.size(),
            work.atOnce(),
            i -> {
              Scope inner = scope.inner();
              inner.put(work.as(), items.get(i));
              return sequence(work.steps(), inner, key + "/" + i + "/");
            })
        .forEach(values::add);
    return values;
  }

  private JsonNode chosen(Work.Switch work, Scope scope, String key) {
    JsonNode on = work.on().fill(scope);
    String name = on.isNull() ? "" : on.isString() ? on.stringValue() : on.toString();
    for (Map.Entry<String, List<StepSpec>> one : work.cases().entrySet()) {
      if (one.getKey().equals(name)) {
        return sequence(one.getValue(), scope.inner(), key + "/");
      }
    }
    return sequence(work.otherwise(), scope.inner(), key + "/");
  }
}
