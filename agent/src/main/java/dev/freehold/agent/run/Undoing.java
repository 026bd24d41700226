package dev.freehold.agent.run;

import dev.freehold.agent.journal.Doubt;
import dev.freehold.agent.journal.OpenRun;
import dev.freehold.agent.journal.Step;
import dev.freehold.agent.journal.StepCall;
import dev.freehold.agent.journal.StepKind;
import dev.freehold.agent.tool.AgentTool;
import dev.freehold.agent.tool.BashTool;
import dev.freehold.agent.tool.Effect;
import dev.freehold.agent.tool.ToolContext;
import dev.freehold.agent.tool.ToolException;
import dev.freehold.agent.tool.ToolOutcome;
import dev.freehold.agent.tool.Undo;
import dev.freehold.agent.workspace.Snapshots;
import dev.freehold.chat.Cancellation;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Takes back what a run did last: in the workspace by its snapshot, elsewhere as the tool says.
public final class Undoing {
  private static final String PREFIX = "undo-";

  private final OpenRun run;
  private final Snapshots workspace;
  private final List<AgentTool> tools;

  public Undoing(OpenRun run, Snapshots workspace, List<AgentTool> tools) {
    this.run = run;
    this.workspace = workspace;
    this.tools = List.copyOf(tools);
  }

  /// The last call that had an effect and was not taken back.
  public Optional<Step> last() {
    return run.steps().reversed().stream()
        .filter(step -> step.call().kind() == StepKind.TOOL && hadEffect(step))
        .filter(step -> run.step(PREFIX + step.call().key()).filter(Step::isFinished).isEmpty())
        .findFirst();
  }

  private static boolean hadEffect(Step step) {
    if (!step.isFinished()) {
      return true;
    }
    String after = step.result().path(ToolCalls.AFTER).asString("");
    String reach = step.call().request().path("reach").asString("NOTHING");
    return !after.isEmpty() && !after.equals(step.snapshot())
        || reach.startsWith("OUTSIDE") && !step.result().path("error").asBoolean(false);
  }

  /// The commands from a step on that may have done something elsewhere, which stays: those that
  /// asked for a host, and those of which that is not known.
  public List<Step> staying(int fromPosition) {
    return run.steps().stream()
        .filter(step -> step.position() >= fromPosition && step.isFinished())
        .filter(step -> step.call().kind() == StepKind.TOOL)
        .filter(step ->
            step.call()
                .request()
                .path("reach")
                .asString("")
                .equals(Effect.Reach.WORKSPACE_AND_OUTSIDE.name()))
        .filter(step -> {
          JsonNode asked = step.result().path("details").path(BashTool.ASKED);
          return asked.isMissingNode() || !asked.isEmpty();
        })
        .toList();
  }

  /// Takes a call back, and tells the model when the run goes on.
  ///
  /// @throws AgentException where that cannot be done
  public void undo(Step step) {
    if (!step.isFinished()) {
      throw new AgentException(
          "run %s: its last step is not finished; resume it first".formatted(run.id()));
    }
    ObjectNode request = JsonNodeFactory.instance.objectNode();
    request.put("step", step.call().key()).put("snapshot", step.snapshot());
    String what = "%s (step %s)".formatted(step.call().name(), step.call().key());
    if (step.snapshot().isEmpty()) {
      undoElsewhere(step, request, what);
    } else {
      run.once(
          new StepCall(PREFIX + step.call().key(), StepKind.ACTION, "undo", request),
          Doubt.REPEAT,
          undone -> {
            workspace.restore(step.snapshot());
            return ToolOutcome.of("the workspace is as it was before it").asJson();
          });
    }
    Cursor end = new Cursor(run);
    while (!end.isAtEnd()) {
      end.advance();
    }
    String told =
        "The person took back what this did, and all after it: "
            + what
            + (staying(step.position()).isEmpty() ? "" : "; what was sent to hosts stays sent");
    run.note(end.key(), AgentRun.SAID, () -> JsonNodeFactory.instance.stringNode(told));
  }

  private void undoElsewhere(Step step, JsonNode request, String what) {
    JsonNode arguments = step.call().request().path("arguments");
    Optional<Undo> undo =
        tools.stream()
            .filter(tool -> tool.definition().name().equals(step.call().name()))
            .findFirst()
            .flatMap(tool -> tool.undo(arguments, ToolOutcome.of(step.result())));
    if (undo.isEmpty()) {
      throw new AgentException(what + ": its effect is elsewhere, and it says no way back");
    }
    run.once(
        new StepCall(PREFIX + step.call().key(), StepKind.ACTION, "undo", request),
        Doubt.ASK,
        undone -> {
          try {
            return undo.get()
                .action()
                .apply(
                    new ToolContext(workspace.root(), new Cancellation(), undone.idempotencyKey()))
                .asJson();
          } catch (ToolException failure) {
            return ToolOutcome.error(String.valueOf(failure.getMessage())).asJson();
          }
        });
  }
}
