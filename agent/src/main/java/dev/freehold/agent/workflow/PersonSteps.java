package dev.freehold.agent.workflow;

import dev.freehold.agent.journal.Decision;
import dev.freehold.agent.journal.Doubt;
import dev.freehold.agent.journal.Step;
import dev.freehold.agent.journal.StepCall;
import dev.freehold.agent.journal.StepKind;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Steps that wait for people.
///
/// What is asked is one JSON object: `question`, `payload`, and what is shown beside them. Its
/// digest names all that the person sees.
final class PersonSteps {
  private final RunContext context;

  PersonSteps(RunContext context) {
    this.context = context;
  }

  /// What a person said of a payload: `answer` is send, edit or skip, and `payload` what is to be
  /// done, which a skipped one has not.
  JsonNode decision(StepSpec spec, Work.Wait work, Scope scope, String key) {
    ObjectNode asked = JsonNodeFactory.instance.objectNode();
    asked.put("question", work.question().fillText(scope));
    asked.set("payload", work.payload().fill(scope));
    work.show().ifPresent(show -> asked.set("show", show.fill(scope)));
    Step step = context.run().askApproval(key, spec.id(), asked);
    if (!step.isFinished()) {
      work.tell().ifPresent(action -> tell(spec, action, step));
    }
    return decided(spec, step);
  }

  private JsonNode decided(StepSpec spec, Step step) {
    if (!step.isFinished()) {
      throw context.wait(
          step.call().key(), Shown.text(step.call().request().path("question").asString(""), 200));
    }
    Decision decision = step.decision().orElseThrow();
    ObjectNode value = JsonNodeFactory.instance.objectNode();
    value.put("answer", answer(decision)).put("by", decision.by());
    value.put("note", decision.note());
    JsonNode payload =
        switch (decision.answer()) {
          case ALLOW -> step.call().request().path("payload");
          case EDIT -> decision.payload().orElseThrow();
          case SKIP, DENY -> JsonNodeFactory.instance.missingNode();
        };
    if (!payload.isMissingNode()) {
      value.set("payload", payload);
    }
    context.listener().done(step.call().key(), spec.kind());
    return value;
  }

  private static String answer(Decision decision) {
    return switch (decision.answer()) {
      case ALLOW -> "send";
      case EDIT -> "edit";
      case SKIP, DENY -> "skip";
    };
  }

  /// Tells somebody that a step waits. Links are made when they are sent and are written down
  /// nowhere: who has one may decide.
  private void tell(StepSpec spec, String name, Step asked) {
    WorkflowAction action = action(name);
    String key = asked.call().key() + "~tell";
    ObjectNode request = JsonNodeFactory.instance.objectNode();
    request.put("action", name).put("step", asked.call().key()).put("digest", asked.digest());
    new Attempts(context, spec)
        .perform(
            new StepCall(key, StepKind.ACTION, name, request),
            new Attempts.Way(action.knowsKeys() ? Doubt.REPEAT_WITH_KEY : Doubt.ASK, () -> ""),
            step -> {
              ObjectNode told = asked.call().request().deepCopy().asObject();
              told.put("run", asked.run()).put("step", asked.call().key());
              told.put("digest", asked.digest());
              context.parts().links().ifPresent(links -> told.set("links", links(links, asked)));
              return action.perform(told, Step.idempotencyKey(asked.run(), key));
            });
  }

  private static ObjectNode links(ApprovalLinks links, Step asked) {
    ObjectNode all = JsonNodeFactory.instance.objectNode();
    for (ApprovalLinks.Action action : ApprovalLinks.Action.values()) {
      all.put(action.name().toLowerCase(Locale.ROOT), links.address(asked, action));
    }
    return all;
  }

  private WorkflowAction action(String name) {
    return Optional.ofNullable(context.parts().actions().get(name))
        .orElseThrow(() -> new WorkflowException("there is no action \"%s\"".formatted(name)));
  }

  /// The choice of a model, or of a person where it is not sure: `choice`, `by` and `shares`.
  JsonNode choice(StepSpec spec, Work.Choice work, JsonNode verdict, String key) {
    ObjectNode value = JsonNodeFactory.instance.objectNode();
    JsonNode decided = verdict.path("decided");
    if (decided.isString()) {
      value.set("choice", decided);
      value.put("by", "model");
    } else if (work.otherwise().isPresent()) {
      value.put("choice", work.otherwise().get()).put("by", "unsure");
    } else {
      JsonNode said = decided(spec, askChoice(spec, work, verdict, key));
      JsonNode choice = said.path("payload").path("choice");
      value.set("choice", choice.isString() ? choice : JsonNodeFactory.instance.nullNode());
      value.put("by", "person").put("person", said.path("by").asString(""));
    }
    double share = verdict.path("shares").path(value.path("choice").asString("")).asDouble(0);
    value.put("probability", share);
    value.set("shares", verdict.path("shares"));
    return value;
  }

  private Step askChoice(StepSpec spec, Work.Choice work, JsonNode verdict, String key) {
    ObjectNode asked = JsonNodeFactory.instance.objectNode();
    asked.put("question", work.question());
    asked.putObject("payload").put("choice", likeliest(verdict));
    ArrayNode options = asked.putArray("options");
    work.options().forEach(option -> options.add(option.name()));
    ObjectNode show = asked.putObject("show");
    Step before = context.run().step(key).orElseThrow();
    show.set("text", before.call().request().path("text"));
    show.set("shares", verdict.path("shares"));
    show.set("covered", verdict.path("covered"));
    return context.run().askApproval(key + "~person", spec.id(), asked);
  }

  /// The option that is offered first: the likeliest, or the written one where nothing is known of
  /// how likely they are.
  private static String likeliest(JsonNode verdict) {
    String best = verdict.path("written").asString("");
    double most = -1;
    for (Map.Entry<String, JsonNode> share : verdict.path("shares").properties()) {
      if (share.getValue().asDouble(0) > most) {
        most = share.getValue().asDouble(0);
        best = share.getKey();
      }
    }
    return best;
  }
}
