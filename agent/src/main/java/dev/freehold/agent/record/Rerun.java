package dev.freehold.agent.record;

import dev.freehold.agent.journal.Journal;
import dev.freehold.agent.journal.JournalException;
import dev.freehold.agent.journal.OpenRun;
import dev.freehold.agent.journal.Step;
import dev.freehold.agent.journal.StepKind;
import dev.freehold.agent.permission.Approver;
import dev.freehold.agent.permission.Permissions;
import dev.freehold.agent.run.AgentParts;
import dev.freehold.agent.run.AgentRun;
import dev.freehold.agent.run.AgentSettings;
import dev.freehold.agent.run.Answer;
import dev.freehold.agent.run.Budget;
import dev.freehold.agent.run.Pricing;
import dev.freehold.agent.run.RunListener;
import dev.freehold.agent.run.Stop;
import dev.freehold.agent.workspace.Snapshots;
import dev.freehold.chat.ChatBackend;
import dev.freehold.chat.ChatException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.node.MissingNode;

/// Does a recorded run again: the same loop, the model asked for every answer, all else taken from
/// the record. Nothing is called and nothing is changed.
public final class Rerun {
  private Rerun() {}

  /// @param scratch an empty journal, to which the run is written as it is done again
  /// @throws ChatException where the model cannot be asked
  /// @throws RecordException where the record is of no agent's run
  public static RerunReport of(
      RecordedRun record, ChatBackend backend, Journal scratch, RunListener listener) {
    if (!record.head().kind().equals(AgentRun.KIND)) {
      throw new RecordException(
          "a run of kind \"%s\" cannot be done again; one of an agent can"
              .formatted(record.head().kind()));
    }
    List<Step> asked = record.steps().stream().filter(Rerun::isToAsk).toList();
    List<Answer> answers = asked.stream().map(step -> Answer.of(step.result())).toList();
    List<Step> given = record.steps().stream().map(Rerun::withoutAnswer).toList();
    Optional<String> diverged = Optional.empty();
    try (OpenRun run = scratch.restore(record.head(), given)) {
      AgentParts parts =
          new AgentParts(
              new RecordedIds(backend, answers),
              List.of(),
              new Untouched(),
              new Permissions(List.of()),
              Approver.LATER,
              Pricing.NONE);
      AgentSettings settings = AgentSettings.of(record.head().settings());
      new AgentRun(run, settings, parts, Budget.UNLIMITED, listener, new Stop())
          .work(Optional::empty);
    } catch (RecordedIds.RecordOver over) {
      // the record ends before the run does
    } catch (JournalException failure) {
      if (failure.reason() != JournalException.Reason.DIVERGED) {
        throw failure;
      }
      diverged = Optional.of(String.valueOf(failure.getMessage()));
    }
    return report(record, asked, scratch, diverged);
  }

  /// Nothing works in a folder: no tool is called.
  private record Untouched() implements Snapshots {
    @Override
    public Path root() {
      return Path.of("");
    }

    @Override
    public String take() {
      throw new IllegalStateException("nothing is changed");
    }

    @Override
    public void restore(String snapshot) {
      throw new IllegalStateException("nothing was changed");
    }
  }

  /// What a person stopped has no end that the model gave it.
  private static boolean isToAsk(Step step) {
    return isAnswer(step) && !Answer.of(step.result()).isStopped();
  }

  private static boolean isAnswer(Step step) {
    return step.call().kind() == StepKind.MODEL;
  }

  private static Step withoutAnswer(Step step) {
    return isToAsk(step)
        ? new Step(
            step.run(),
            step.position(),
            step.call(),
            step.digest(),
            step.snapshot(),
            0,
            step.due(),
            step.started(),
            Optional.empty(),
            MissingNode.getInstance())
        : step;
  }

  private static RerunReport report(
      RecordedRun record, List<Step> asked, Journal scratch, Optional<String> diverged) {
    Set<String> models = new LinkedHashSet<>();
    List<Difference> differences = new ArrayList<>();
    int same = 0;
    for (Step step : asked) {
      Answer then = Answer.of(step.result());
      models.add(then.backend().isEmpty() ? then.model() : then.backend() + "/" + then.model());
      Optional<Step> now =
          scratch.step(record.head().id(), step.call().key()).filter(Step::isFinished);
      if (now.isEmpty()) {
        differences.add(
            new Difference(step.position(), "answer", "an answer", diverged.orElse("none")));
        break;
      }
      Optional<Difference> difference =
          AnswerDifference.of(step.position(), then, Answer.of(now.get().result()));
      if (difference.isPresent()) {
        differences.add(difference.get());
        break;
      }
      same++;
    }
    int all = (int) record.steps().stream().filter(Rerun::isAnswer).count();
    if (differences.isEmpty() && diverged.isPresent()) {
      differences.add(new Difference(asked.size(), "run", "the record", diverged.get()));
    }
    return new RerunReport(
        all,
        same,
        record.steps().size() - all,
        all - asked.size(),
        new ArrayList<>(models),
        differences.stream().findFirst());
  }
}
