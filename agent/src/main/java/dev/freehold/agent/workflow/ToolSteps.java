package dev.freehold.agent.workflow;

import dev.freehold.agent.journal.Decision;
import dev.freehold.agent.journal.OpenRun;
import dev.freehold.agent.journal.Step;
import dev.freehold.agent.journal.StepCall;
import dev.freehold.agent.journal.StepKind;
import dev.freehold.agent.journal.Waiting;
import dev.freehold.agent.permission.Permissions;
import dev.freehold.agent.permission.Rule;
import dev.freehold.agent.permission.Verdict;
import dev.freehold.agent.run.AllowedReach;
import dev.freehold.agent.tool.AgentTool;
import dev.freehold.agent.tool.Effect;
import dev.freehold.agent.tool.ToolContext;
import dev.freehold.agent.tool.ToolException;
import dev.freehold.agent.tool.ToolOutcome;
import dev.freehold.agent.workspace.Snapshots;
import dev.freehold.agent.workspace.WorkspaceException;
import dev.freehold.chat.Cancellation;
import dev.freehold.tensor.StrictJson;
import dev.freehold.tensor.TensorException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Steps that call a tool, after a person gave leave where rules ask for it.
///
/// All tools of a run share a workspace. A step that was broken off is rolled back before any other
/// works there, since rolling back takes everything with it that came after; of one that may have
/// talked to hosts a person says first whether it happened.
final class ToolSteps {
  private static final String WORKSPACE = "=workspace";
  private static final String LEAVE = "~leave";

  private final RunContext context;
  private @Nullable Snapshots workspace;

  ToolSteps(RunContext context) {
    this.context = context;
  }

  /// What is to be done: as the file says, or as a person changed it.
  ///
  /// @param hosts that leave was given for
  private record Wanted(JsonNode arguments, Effect.Reach reach, List<String> hosts) {
    static Wanted of(JsonNode arguments, JsonNode writtenDown) {
      return new Wanted(arguments, ToolSteps.reach(writtenDown), AllowedReach.hosts(writtenDown));
    }
  }

  /// What the tool gave back, as `text`, and as `json` where it is that; null where the person who
  /// was asked left it out.
  JsonNode call(StepSpec spec, Work.Tool work, Scope scope, String key) {
    AgentTool tool =
        context.parts().tools().tools().stream()
            .filter(one -> one.definition().name().equals(work.tool()))
            .findFirst()
            .orElseThrow(
                () -> new WorkflowException("there is no tool \"%s\"".formatted(work.tool())));
    try {
      Snapshots place = workspace();
      Optional<Wanted> wanted = wanted(tool, work, scope, key);
      if (wanted.isEmpty()) {
        context.listener().done(key, spec.kind());
        return JsonNodeFactory.instance.nullNode();
      }
      return done(spec, tool, wanted.get(), place, key);
    } catch (WorkspaceException failure) {
      throw new StepFailure(key, String.valueOf(failure.getMessage()));
    }
  }

  /// The run's workspace, with nothing in it of a step that was broken off.
  ///
  /// @throws Waiting where a person has to say whether such a step happened
  private Snapshots workspace() {
    Snapshots there = workspace;
    if (there != null) {
      return there;
    }
    OpenRun run = context.run();
    StepTools tools = context.parts().tools();
    boolean isMade = run.step(WORKSPACE).isPresent();
    Snapshots place = isMade ? tools.open(run.id()) : tools.create(run.id());
    JsonNode unused = run.note(WORKSPACE, "workspace", JsonNodeFactory.instance::nullNode);
    for (Step step : run.steps()) {
      if (!step.isFinished() && !step.snapshot().isEmpty()) {
        rollBack(step, place);
      }
    }
    workspace = place;
    return place;
  }

  private void rollBack(Step step, Snapshots place) {
    String key = step.call().key();
    boolean isInDoubt = step.tries() > 0;
    if (isInDoubt && reach(step.call().request()).isElsewhere()) {
      throw context.waitOnce(
          key,
          "it is not known whether \"%s\" happened (step %s), and its files are in the copy"
              .formatted(step.call().name(), key));
    }
    place.restore(step.snapshot());
    context.run().undone(key);
  }

  private Optional<Wanted> wanted(AgentTool tool, Work.Tool work, Scope scope, String key) {
    Optional<Step> begun = context.run().step(key);
    if (begun.isPresent()) {
      JsonNode request = begun.get().call().request();
      return Optional.of(Wanted.of(request.path("arguments"), request));
    }
    Optional<Step> asked = context.run().step(key + LEAVE);
    if (asked.isPresent()) {
      return decided(asked.get());
    }
    JsonNode arguments = work.arguments().fill(scope);
    if (!arguments.isObject()) {
      throw new StepFailure(key, "arguments: expected an object, found " + arguments.getNodeType());
    }
    Effect effect;
    try {
      effect = tool.effect(arguments, toolContext(workspace(), "", List.of()));
    } catch (ToolException failure) {
      throw new StepFailure(key, String.valueOf(failure.getMessage()));
    }
    return switch (permissions(work).verdict(work.tool(), effect)) {
      case ALLOW -> Optional.of(new Wanted(arguments, effect.reach(), effect.hosts()));
      case DENY ->
          throw new StepFailure(
              key,
              "a rule denies %s %s"
                  .formatted(work.tool(), Shown.text(effect.subject().text(), 200)));
      case ASK ->
          decided(
              context
                  .run()
                  .askApproval(key + LEAVE, work.tool(), payload(work, arguments, effect)));
    };
  }

  private static Effect.Reach reach(JsonNode request) {
    return Effect.Reach.valueOf(request.path("reach").asString(""));
  }

  private Permissions permissions(Work.Tool work) {
    List<Rule> rules = new ArrayList<>(context.parts().tools().permissions().rules());
    if (work.isAllowed()) {
      rules.add(new Rule(Verdict.ALLOW, work.tool(), "*"));
    }
    return new Permissions(rules);
  }

  /// What the person is asked: the same as for a tool that an agent calls.
  private static JsonNode payload(Work.Tool work, JsonNode arguments, Effect effect) {
    ObjectNode payload = JsonNodeFactory.instance.objectNode();
    payload.put("tool", work.tool()).set("arguments", arguments);
    AllowedReach.write(effect, payload);
    return payload;
  }

  private Optional<Wanted> decided(Step asked) {
    JsonNode payload = asked.call().request();
    if (!asked.isFinished()) {
      throw context.wait(
          asked.call().key(),
          "leave is asked for: %s %s"
              .formatted(
                  asked.call().name(), Shown.text(payload.path("subject").asString(""), 200)));
    }
    Decision decision = asked.decision().orElseThrow();
    return decision
        .approved(payload)
        .map(approved -> Wanted.of(approved.path("arguments"), payload));
  }

  private static ToolContext toolContext(Snapshots place, String key, List<String> hosts) {
    return new ToolContext(place.root(), new Cancellation(), key, hosts);
  }

  private JsonNode done(StepSpec spec, AgentTool tool, Wanted wanted, Snapshots place, String key) {
    ObjectNode request = JsonNodeFactory.instance.objectNode();
    request.put("tool", tool.definition().name()).set("arguments", wanted.arguments());
    request.put("reach", wanted.reach().name());
    AllowedReach.write(wanted.hosts(), request);
    boolean isInWorkspace = wanted.reach().isInWorkspace();
    try {
      return new Attempts(context, spec)
          .perform(
              new StepCall(key, StepKind.TOOL, tool.definition().name(), request),
              new Attempts.Way(
                  AllowedReach.doubt(wanted.reach(), place),
                  () -> isInWorkspace ? place.take() : ""),
              step -> {
                ToolOutcome outcome = outcome(tool, wanted, place, key);
                if (isInWorkspace) {
                  requireFitting(place, isSent(wanted, outcome));
                }
                return value(outcome);
              });
    } catch (Waiting waiting) {
      workspace = null; // what is in doubt may be in it
      throw waiting;
    }
  }

  /// Whether a command may have sent something to hosts: then only a person can say that it did not
  /// happen, also of one that failed.
  private static boolean isSent(Wanted wanted, ToolOutcome outcome) {
    return wanted.reach() == Effect.Reach.WORKSPACE_AND_OUTSIDE
        && AllowedReach.mayHaveAsked(outcome);
  }

  private static void requireFitting(Snapshots place, boolean isSent) {
    try {
      String unused = place.take();
    } catch (WorkspaceException tooMuch) {
      throw new StepException(String.valueOf(tooMuch.getMessage()), isSent);
    }
  }

  private ToolOutcome outcome(AgentTool tool, Wanted wanted, Snapshots place, String key) {
    String name = Step.idempotencyKey(context.run().id(), key);
    try {
      ToolOutcome outcome = tool.run(wanted.arguments(), toolContext(place, name, wanted.hosts()));
      if (outcome.isError()) {
        throw new StepException(Shown.text(outcome.text(), 1000), isSent(wanted, outcome));
      }
      return outcome;
    } catch (ToolException failure) {
      throw new StepException(
          Shown.text(String.valueOf(failure.getMessage()), 1000), failure.mayHaveHappened());
    }
  }

  private static JsonNode value(ToolOutcome outcome) {
    ObjectNode value = JsonNodeFactory.instance.objectNode().put("text", outcome.text());
    String text = outcome.text().strip();
    if (text.startsWith("{") || text.startsWith("[")) {
      try {
        value.set("json", StrictJson.parse(text.getBytes(StandardCharsets.UTF_8), "the result"));
      } catch (TensorException noJson) {
        // a text that only begins so
      }
    }
    return value;
  }
}
