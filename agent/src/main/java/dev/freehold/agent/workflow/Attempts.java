package dev.freehold.agent.workflow;

import dev.freehold.agent.choice.ChoiceException;
import dev.freehold.agent.journal.Doubt;
import dev.freehold.agent.journal.Step;
import dev.freehold.agent.journal.StepCall;
import dev.freehold.agent.journal.Waiting;
import dev.freehold.agent.run.AgentException;
import dev.freehold.agent.workspace.WorkspaceException;
import dev.freehold.chat.ChatException;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.Supplier;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/// Does a step of the journal, and does it again where it failed, as often and as late as the file
/// says.
///
/// A try that failed is written down as such; the last one is left as begun, so that a run that is
/// resumed later tries it once more.
final class Attempts {
  private static final String VALUE = "value";
  private static final String FAILED = "failed";

  private final RunContext context;
  private final StepSpec spec;
  private boolean isNew;

  Attempts(RunContext context, StepSpec spec) {
    this.context = context;
    this.spec = spec;
  }

  /// What a try does.
  interface Work {
    /// @throws RuntimeException one of those that mean that it could not be done
    JsonNode perform(Step step);
  }

  /// How a try is written down, and what is done where it is in doubt.
  ///
  /// @param snapshot taken before it is begun
  record Way(Doubt doubt, Supplier<String> snapshot) {
    static final Way REPEAT = new Way(Doubt.REPEAT, () -> "");
  }

  /// @param call of the first try; others have numbers behind its key
  /// @throws StepFailure where the last try failed
  JsonNode perform(StepCall call, Way way, Work work) {
    StepSpec.Retry retry = spec.retry();
    for (int tries = 1; ; tries++) {
      boolean isLast = tries >= retry.times();
      JsonNode result = once(numbered(call, tries), way, isLast, work);
      if (result.has(VALUE)) {
        if (isNew) {
          context.listener().done(call.key(), spec.kind());
        }
        return result.path(VALUE);
      }
      String why = result.path(FAILED).asString("");
      if (isLast) {
        throw new StepFailure(call.key(), why);
      }
      pause(call.key(), tries, retry.after(tries), why);
    }
  }

  private static StepCall numbered(StepCall call, int tries) {
    return tries == 1
        ? call
        : new StepCall(call.key() + "~" + tries, call.kind(), call.name(), call.request());
  }

  private JsonNode once(StepCall call, Way way, boolean isLast, Work work) {
    try {
      return context
          .run()
          .once(
              call, way.doubt(), way.snapshot(), step -> attempt(step, way.doubt(), isLast, work));
    } catch (Waiting waiting) {
      throw context.waitOnce(waiting.stepKey(), String.valueOf(waiting.getMessage()));
    }
  }

  private JsonNode attempt(Step step, Doubt doubt, boolean isLast, Work work) {
    isNew = true;
    String why;
    try {
      return JsonNodeFactory.instance.objectNode().set(VALUE, work.perform(step));
    } catch (StepException failure) {
      why = String.valueOf(failure.getMessage());
      if (failure.mayHaveHappened() && doubt instanceof Doubt.Ask) {
        throw context.wait(
            step.call().key(),
            "it is not known whether \"%s\" happened (step %s): %s"
                .formatted(step.call().name(), step.call().key(), why));
      }
    } catch (ChatException
        | ChoiceException
        | AgentException
        | WorkspaceException
        | WorkflowException failure) {
      why = String.valueOf(failure.getMessage());
    }
    switch (doubt) {
      case Doubt.RollBack back -> rollBack(step, back.restore());
      case Doubt.Ask asked when !step.snapshot().isEmpty() -> rollBack(step, asked.restore());
      case Doubt.Ask _ when isLast -> context.undone().add(step.call().key());
      case Doubt.Ask _, Doubt.Repeat _, Doubt.RepeatWithKey _ -> {}
    }
    if (isLast) {
      throw new StepFailure(step.call().key(), why);
    }
    return JsonNodeFactory.instance.objectNode().put(FAILED, why);
  }

  /// At once: steps of other items may follow, which a later rolling back would take with it.
  private void rollBack(Step step, Consumer<String> restore) {
    restore.accept(step.snapshot());
    context.run().undone(step.call().key());
  }

  private void pause(String key, int tries, Duration delay, String why) {
    String timer = key + "~pause" + tries;
    JsonNode request =
        JsonNodeFactory.instance.objectNode().put("delay", delay.toString()).put("after", why);
    context.listener().failed(key, why);
    try {
      context.run().awaitTime(timer, request, () -> context.clock().instant().plus(delay));
    } catch (Waiting waiting) {
      throw context.wait(
          timer, "step %s is tried again: %s: %s".formatted(key, waiting.getMessage(), why));
    }
  }
}
