package dev.freehold.cli;

import dev.freehold.agent.workflow.Approvals;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/// `freehold workflow approve`: what waits is done as it is shown.
@Command(
    name = "approve",
    aliases = "send",
    description = {
      "Has what waits be done exactly as it is shown, and goes on with the run. \"show\" shows it."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  freehold workflow approve k7mq2xpa",
      "  freehold workflow approve k7mq2xpa tickets/2/review"
    })
final class WorkflowApproveCommand implements Callable<Integer> {
  private final Surroundings surroundings;

  @Mixin private WorkflowDecision decision = new WorkflowDecision();

  WorkflowApproveCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() throws InterruptedException {
    return decision.take(surroundings, Approvals::send).code();
  }
}
