package dev.freehold.cli;

import dev.freehold.agent.journal.Journal;
import dev.freehold.agent.journal.RunHead;
import picocli.CommandLine.Parameters;

/// The run that a command is about.
final class AgentRunOption {
  @Parameters(index = "0", paramLabel = "RUN", description = "Its name, or the beginning of it.")
  private String run = "";

  RunHead head(Journal journal) {
    return journal.head(run);
  }
}
