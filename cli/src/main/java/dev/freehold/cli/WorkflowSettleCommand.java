package dev.freehold.cli;

import dev.freehold.agent.journal.Journal;
import dev.freehold.agent.journal.RunHead;
import dev.freehold.agent.workflow.Approvals;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `freehold workflow settle`: says whether an action happened of which that is not known.
@Command(
    name = "settle",
    description = {
      "Says of an action in doubt whether it happened: the process ended, or the answer did not"
          + " come, and its receiver knows no idempotency keys. Look there first; then resume goes"
          + " on."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  freehold workflow settle k7mq2xpa send --happened",
      "  freehold workflow settle k7mq2xpa note --happened \"note 7\"",
      "  freehold workflow settle k7mq2xpa send --not-done"
    })
final class WorkflowSettleCommand implements Callable<Integer> {
  private final Surroundings surroundings;

  @Parameters(index = "1", paramLabel = "STEP", description = "As show and list name it.")
  private String step = "";

  @Option(
      names = "--happened",
      arity = "0..1",
      fallbackValue = "",
      paramLabel = "RESULT",
      description = "It happened; RESULT is what came out, which later steps have as text.")
  private Optional<String> happened = Optional.empty();

  @Option(names = "--not-done", description = "It did not happen, and is to be done.")
  private boolean notDone;

  @Mixin private AgentRunOption run = new AgentRunOption();

  WorkflowSettleCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() {
    if (happened.isPresent() == notDone) {
      throw new CliException(
          Exit.USAGE, "expected either --happened or --not-done", "Look there first.");
    }
    try (Journal journal = AgentPlaces.journal(surroundings)) {
      RunHead head = run.head(journal);
      journal.settle(head.id(), step, happened.map(Approvals::settled));
      surroundings.out().println("written down; freehold workflow resume " + head.id());
    }
    return Exit.OK.code();
  }
}
