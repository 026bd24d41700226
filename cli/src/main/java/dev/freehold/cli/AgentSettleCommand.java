package dev.freehold.cli;

import dev.freehold.agent.journal.Journal;
import dev.freehold.agent.journal.RunHead;
import dev.freehold.agent.journal.Step;
import dev.freehold.agent.run.Settling;
import dev.freehold.agent.tool.ToolOutcome;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `freehold agent settle`: says whether a call happened of which that is not known.
@Command(
    name = "settle",
    description = {
      "Says of a step in doubt whether it happened: its effect is outside of the workspace, and the"
          + " process ended while it ran. Look there first; then resume goes on.",
      "A command that could talk to hosts changed files as well: with --happened they stay as they"
          + " are, with --not-done they are put back to what they were before it."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  freehold agent settle k7mq2xpa 000007 --happened \"the mail was sent\"",
      "  freehold agent settle k7mq2xpa 000007 --not-done"
    })
final class AgentSettleCommand implements Callable<Integer> {
  private final Surroundings surroundings;

  @Parameters(index = "1", paramLabel = "STEP", description = "As show and list name it.")
  private String step = "";

  @Option(
      names = "--happened",
      paramLabel = "RESULT",
      description = "It happened; RESULT is what the model is told.")
  private Optional<String> happened = Optional.empty();

  @Option(names = "--not-done", description = "It did not happen, and is to be done.")
  private boolean notDone;

  @Mixin private AgentRunOption run = new AgentRunOption();

  AgentSettleCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() {
    if (happened.isPresent() == notDone) {
      throw new CliException(
          Exit.USAGE, "expected either --happened RESULT or --not-done", "Look there first.");
    }
    try (Journal journal = AgentPlaces.journal(surroundings)) {
      RunHead head = run.head(journal);
      Optional<Step> doubtful = journal.step(head.id(), step);
      journal.settle(
          head.id(),
          step,
          happened.map(text ->
              doubtful
                  .map(
                      known -> Settling.happened(known, text, AgentPlaces.open(surroundings, head)))
                  .orElseGet(() -> ToolOutcome.of(text).asJson())));
      surroundings.out().println("written down; freehold agent resume " + head.id());
    }
    return Exit.OK.code();
  }
}
