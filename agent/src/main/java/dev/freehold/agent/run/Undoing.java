package dev.freehold.agent.run;

import dev.freehold.agent.journal.Doubt;
import dev.freehold.agent.journal.OpenRun;
import dev.freehold.agent.journal.Step;
import dev.freehold.agent.journal.StepCall;
import dev.freehold.agent.journal.StepKind;
import dev.freehold.agent.journal.Waiting;
import dev.freehold.agent.tool.AgentTool;
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
  private static final String LEFT = "left-";

  private final OpenRun run;
  private final Snapshots workspace;
  private final List<AgentTool> tools;

  public Undoing(OpenRun run, Snapshots workspace, List<AgentTool> tools) {
    this.run = run;
    this.workspace = workspace;
    this.tools = List.copyOf(tools);
  }

  /// The last call that had an effect and was not taken back, or left as it is.
  public Optional<Step> last() {
    return run.steps().reversed().stream()
        .filter(step -> step.call().kind() == StepKind.TOOL && hadEffect(step))
        .filter(step -> !isLeft(step) && !isToldOf(step))
        .findFirst();
  }

  private boolean isLeft(Step step) {
    return run.step(LEFT + step.call().key()).isPresent();
  }

  /// Whether the model was told that a call was taken back, which comes last.
  private boolean isToldOf(Step step) {
    return run.steps().stream()
        .anyMatch(note ->
            note.call().kind() == StepKind.NOTE
                && note.position() > step.position()
                && note.result().asString("").startsWith(told(step)));
  }

  /// What the model is told, which may go on.
  private static String told(Step step) {
    return "The person took back what this did, and all after it: " + name(step);
  }

  private static String name(Step step) {
    return "%s (step %s)".formatted(step.call().name(), step.call().key());
  }

  private static boolean hadEffect(Step step) {
    if (!step.isFinished()) {
      return true;
    }
    String after = step.result().path(ToolCalls.AFTER).asString("");
    return !after.isEmpty() && !after.equals(step.snapshot())
        || isElsewhere(step) && !step.result().path("error").asBoolean(false);
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
        .filter(step -> AllowedReach.mayHaveAsked(ToolOutcome.of(step.result())))
        .toList();
  }

  /// Whether the effect of a call is outside of the workspace alone: then its tool must say how it
  /// is taken back. Of a command that may talk to hosts the files are put back, and [#staying]
  /// names it.
  public static boolean isElsewhere(Step step) {
    return step.call().request().path("reach").asString("NOTHING").startsWith("OUTSIDE");
  }

  /// How a call with an effect elsewhere is taken back.
  ///
  /// @throws AgentException where it cannot be
  public Undo wayBack(Step step) {
    requireFinished(step);
    AgentTool tool =
        tools.stream()
            .filter(one -> one.definition().name().equals(step.call().name()))
            .findFirst()
            .orElseThrow(() ->
                new AgentException(
                    name(step)
                        + ": its effect is elsewhere, and the tool that knows the way back is"
                        + " not there now"));
    try {
      return tool.undo(step.call().request().path("arguments"), ToolOutcome.of(step.result()))
          .orElseThrow(() ->
              new AgentException(
                  name(step) + ": its effect is elsewhere, and its tool declares no way back"));
    } catch (ToolException failure) {
      throw new AgentException(
          name(step) + ": cannot be taken back: " + failure.getMessage(), failure);
    }
  }

  private void requireFinished(Step step) {
    if (!step.isFinished()) {
      throw new AgentException(
          "run %s: its last step is not finished; resume it first".formatted(run.id()));
    }
  }

  /// Takes a call back whose effect is in the workspace, and tells the model when the run goes on.
  ///
  /// @throws AgentException where that cannot be done
  public void undo(Step step) {
    requireFinished(step);
    JsonNode unused =
        run.once(
            call(PREFIX + step.call().key(), step),
            Doubt.REPEAT,
            undone -> {
              workspace.restore(step.snapshot());
              return ToolOutcome.of("the workspace is as it was before it").asJson();
            });
    tell(step);
  }

  private static StepCall call(String key, Step step) {
    ObjectNode request = JsonNodeFactory.instance.objectNode();
    request.put("step", step.call().key()).put("snapshot", step.snapshot());
    return new StepCall(key, StepKind.ACTION, "undo", request);
  }

  private void tell(Step step) {
    Cursor end = new Cursor(run);
    while (!end.isAtEnd()) {
      end.advance();
    }
    String told =
        told(step)
            + (staying(step.position()).isEmpty() ? "" : "; what was sent to hosts stays sent");
    JsonNode unused =
        run.note(end.key(), AgentRun.SAID, () -> JsonNodeFactory.instance.stringNode(told));
  }

  /// Takes a call back in the way that its tool declares, and tells the model when the run goes on.
  ///
  /// A try of which it is known that nothing was done is written down, and the next is another.
  ///
  /// @param back as [#wayBack] said and the person gave leave to
  /// @return what came of it
  /// @throws AgentException where it was not done
  /// @throws Waiting where nobody knows whether it was done
  public ToolOutcome undo(Step step, Undo back) {
    requireFinished(step);
    String key = PREFIX + step.call().key();
    for (int tries = 2; hasFailed(key); tries++) {
      key = PREFIX + step.call().key() + "~" + tries;
    }
    ToolOutcome outcome =
        ToolOutcome.of(run.once(call(key, step), Doubt.ASK, undone -> done(back, undone).asJson()));
    if (outcome.isError()) {
      throw new AgentException(name(step) + ": was not taken back: " + outcome.text());
    }
    tell(step);
    return outcome;
  }

  private boolean hasFailed(String key) {
    return run.step(key).filter(step -> step.result().path("error").asBoolean(false)).isPresent();
  }

  private ToolOutcome done(Undo back, Step undone) {
    try {
      return back.action()
          .apply(new ToolContext(workspace.root(), new Cancellation(), undone.idempotencyKey()));
    } catch (ToolException failure) {
      if (failure.mayHaveHappened()) {
        throw new Waiting(undone.call().key(), String.valueOf(failure.getMessage()));
      }
      return ToolOutcome.error(String.valueOf(failure.getMessage()));
    }
  }

  /// Leaves what a call did as it is, so that the one before it is next.
  public void leave(Step step) {
    JsonNode unused =
        run.note(
            LEFT + step.call().key(),
            "left",
            () -> JsonNodeFactory.instance.stringNode(name(step)));
  }
}
