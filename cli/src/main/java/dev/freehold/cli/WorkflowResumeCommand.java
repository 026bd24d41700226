package dev.freehold.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/// `freehold workflow resume`: goes on with a run.
@Command(
    name = "resume",
    description = {
      "Goes on with a run where it was: after a crash, after somebody approved, when a time came,"
          + " or when a step failed and its cause is gone. What was done is not done again.",
      "A run goes on by the file as it was when it began; a change since is said."
    },
    footerHeading = "%nExample:%n",
    footer = "  freehold workflow resume k7mq2xpa")
final class WorkflowResumeCommand implements Callable<Integer> {
  private final Surroundings surroundings;

  @Parameters(paramLabel = "RUN", description = "Its name, or the beginning of it.")
  private String run = "";

  @Mixin private WorkflowOptions options = new WorkflowOptions();

  WorkflowResumeCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() throws InterruptedException {
    try (WorkflowWork work =
        new WorkflowWork(surroundings, options, () -> WorkflowWork.USUAL_SERVER)) {
      return work.report(work.withTimers(work.runner().resume(run))).code();
    }
  }
}
