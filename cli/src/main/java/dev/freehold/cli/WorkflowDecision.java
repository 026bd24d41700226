package dev.freehold.cli;

import dev.freehold.agent.journal.Journal;
import dev.freehold.agent.journal.JournalException;
import dev.freehold.agent.journal.Step;
import dev.freehold.agent.workflow.Approvals;
import dev.freehold.agent.workflow.WorkflowRunner;
import java.util.Optional;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// The step that a command decides, and what is done after.
final class WorkflowDecision {
  @Parameters(index = "0", paramLabel = "RUN", description = "Its name, or the beginning of it.")
  private String run = "";

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "STEP",
      description = "The step, as list shows it; not needed where the run waits at one only.")
  private String step = "";

  @Option(
      names = "--digest",
      paramLabel = "SHA256",
      description = "Of the payload that was seen; where another one waits, nothing is done.")
  private Optional<String> digest = Optional.empty();

  @Option(
      names = "--by",
      paramLabel = "NAME",
      description = "Who decides, as it is written down; the user's name by default.")
  private Optional<String> by = Optional.empty();

  @Option(
      names = "--no-resume",
      description = "Only write it down; workflow serve or resume goes on with the run.")
  private boolean noResume;

  @Mixin private WorkflowOptions options = new WorkflowOptions();

  /// Says what is to be done with a step that waits.
  interface Choice {
    Step decide(Approvals approvals, Step asked, String digest, String by);
  }

  Exit take(Surroundings surroundings, Choice choice) throws InterruptedException {
    Step decided;
    try (Journal journal = AgentPlaces.journal(surroundings)) {
      Approvals approvals = new Approvals(journal);
      Step asked = approvals.find(run, step);
      decided = choice.decide(approvals, asked, digest.orElse(asked.digest()), who(surroundings));
      surroundings
          .err()
          .println(
              "run %s, step %s: %s"
                  .formatted(
                      decided.run(),
                      decided.call().key(),
                      decided.decision().orElseThrow().answer().name().toLowerCase()));
      boolean isOfWorkflow = journal.head(decided.run()).kind().equals(WorkflowRunner.KIND);
      if (noResume || !isOfWorkflow) {
        return Exit.OK;
      }
    }
    try (WorkflowWork work =
        new WorkflowWork(surroundings, options, () -> WorkflowWork.USUAL_SERVER)) {
      return work.report(work.withTimers(work.runner().resume(decided.run())));
    } catch (JournalException failure) {
      if (failure.reason() != JournalException.Reason.BUSY) {
        throw failure;
      }
      surroundings.err().println("another process goes on with the run");
      return Exit.OK;
    }
  }

  private String who(Surroundings surroundings) {
    return by.orElse(surroundings.environment().getOrDefault("USER", "somebody at this machine"));
  }
}
