package dev.freehold.cli;

import dev.freehold.agent.journal.Journal;
import dev.freehold.agent.journal.RunHead;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/// `freehold agent discard`: removes a run with its copy.
@Command(
    name = "discard",
    description = "Removes a run: its steps, its copy of the folder and all snapshots.",
    footerHeading = "%nExample:%n",
    footer = "  freehold agent discard k7mq2xpa")
final class AgentDiscardCommand implements Callable<Integer> {
  private final Surroundings surroundings;

  @Mixin private AgentRunOption run = new AgentRunOption();

  AgentDiscardCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() {
    try (Journal journal = AgentPlaces.journal(surroundings)) {
      RunHead head = run.head(journal);
      journal.discard(head.id());
      AgentPlaces.delete(surroundings, head.id());
      surroundings.out().println("run %s is removed".formatted(head.id()));
    }
    return Exit.OK.code();
  }
}
