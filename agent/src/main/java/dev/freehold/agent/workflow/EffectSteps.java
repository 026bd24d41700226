package dev.freehold.agent.workflow;

import dev.freehold.agent.journal.Doubt;
import dev.freehold.agent.journal.Step;
import dev.freehold.agent.journal.StepCall;
import dev.freehold.agent.journal.StepKind;
import dev.freehold.agent.run.AgentException;
import dev.freehold.agent.run.AllowedReach;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Steps that look something up or change something: documents, agents, actions.
final class EffectSteps {
  private final RunContext context;

  EffectSteps(RunContext context) {
    this.context = context;
  }

  /// `found`, the `passages`, and all of them as one `text` with numbers.
  JsonNode search(StepSpec spec, Work.Documents work, Scope scope, String key) {
    ObjectNode request = JsonNodeFactory.instance.objectNode();
    String query = work.query().fillText(scope);
    request.put("index", work.index()).put("query", query).put("most", work.most());
    return new Attempts(context, spec)
        .perform(
            new StepCall(key, StepKind.TOOL, work.index(), request),
            Attempts.Way.REPEAT,
            step -> passages(context.parts().documents().search(work.index(), query, work.most())));
  }

  private static JsonNode passages(List<DocumentSearch.Passage> found) {
    ObjectNode value = JsonNodeFactory.instance.objectNode().put("found", !found.isEmpty());
    StringBuilder text = new StringBuilder();
    ArrayNode passages = JsonNodeFactory.instance.arrayNode();
    for (DocumentSearch.Passage passage : found) {
      passages
          .addObject()
          .put("source", passage.source())
          .put("place", passage.place())
          .put("quote", passage.quote())
          .put("score", passage.score());
      text.append('[').append(passages.size()).append("] ").append(passage.source());
      text.append(passage.place().isEmpty() ? "" : ", " + passage.place()).append('\n');
      text.append(passage.quote().strip()).append("\n\n");
    }
    value.put("text", text.toString().strip());
    value.set("passages", passages);
    return value;
  }

  /// What the agent said at the end, as `text`, and its `run`.
  JsonNode task(StepSpec spec, Work.Agent work, Scope scope, String key) {
    TaskAgent agents = context.parts().agents().orElseThrow();
    TaskAgent.Task task =
        new TaskAgent.Task(
            work.model(),
            work.task().fillText(scope),
            work.tools(),
            work.allow(),
            work.workspace().map(path -> path.fillText(scope)).orElse(""),
            work.hosts());
    ObjectNode request = JsonNodeFactory.instance.objectNode();
    request.put("model", task.model()).put("task", task.text());
    request.put("workspace", task.workspace());
    ArrayNode allow = request.putArray("allow");
    task.allow().forEach(allow::add);
    ArrayNode tools = request.putArray("tools");
    task.tools().forEach(tools::add);
    AllowedReach.write(task.hosts(), request);
    String run =
        context
            .run()
            .note(
                key + "~run",
                "agent",
                () -> JsonNodeFactory.instance.stringNode(begun(agents, task, key)))
            .asString("");
    context.run().watch(run);
    return new Attempts(context, spec)
        .perform(
            new StepCall(key, StepKind.TOOL, "agent", request),
            Attempts.Way.REPEAT,
            step -> progress(agents.goOn(run, task), run));
  }

  private static String begun(TaskAgent agents, TaskAgent.Task task, String key) {
    try {
      return agents.begin(task);
    } catch (StepException | AgentException failure) {
      throw new StepFailure(key, String.valueOf(failure.getMessage()));
    }
  }

  private JsonNode progress(TaskAgent.Progress progress, String run) {
    return switch (progress.state()) {
      case DONE ->
          JsonNodeFactory.instance.objectNode().put("text", progress.text()).put("run", run);
      case WAITS -> throw context.wait(run, "", progress.text());
      case FAILED -> throw new StepException(progress.text());
    };
  }

  /// What came of an action; null where it was to be approved and was skipped.
  JsonNode act(StepSpec spec, Work.Action work, Scope scope, String key) {
    JsonNode payload =
        switch (work.given()) {
          case Work.Given.Payload given -> given.payload().fill(scope);
          case Work.Given.Approved given -> scope.value(given.step()).path("payload");
        };
    if (payload.isMissingNode()) {
      return JsonNodeFactory.instance.nullNode(); // nobody approved it
    }
    WorkflowAction action =
        Optional.ofNullable(context.parts().actions().get(work.action()))
            .orElseThrow(
                () -> new WorkflowException("there is no action \"%s\"".formatted(work.action())));
    ObjectNode request = JsonNodeFactory.instance.objectNode();
    request.put("action", work.action()).set("payload", payload);
    String name = Step.idempotencyKey(context.run().id(), key);
    return new Attempts(context, spec)
        .perform(
            new StepCall(key, StepKind.ACTION, work.action(), request),
            new Attempts.Way(action.knowsKeys() ? Doubt.REPEAT_WITH_KEY : Doubt.ASK, () -> ""),
            step -> action.perform(payload, name));
  }
}
