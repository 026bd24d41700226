package dev.freehold.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `freehold workflow skip`: what waits is not done, and the run goes on.
@Command(
    name = "skip",
    description = "Has what waits be left out, and goes on with the run.",
    footerHeading = "%nExample:%n",
    footer = "  freehold workflow skip k7mq2xpa --note \"answered by telephone\"")
final class WorkflowSkipCommand implements Callable<Integer> {
  private final Surroundings surroundings;

  @Option(names = "--note", paramLabel = "TEXT", description = "Why; later steps can use it.")
  private String note = "";

  @Mixin private WorkflowDecision decision = new WorkflowDecision();

  WorkflowSkipCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() throws InterruptedException {
    return decision
        .take(
            surroundings, (approvals, asked, digest, by) -> approvals.skip(asked, digest, by, note))
        .code();
  }
}
