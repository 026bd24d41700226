package dev.freehold.cli;

import dev.freehold.agent.journal.Journal;
import dev.freehold.agent.sandbox.ProtectedPaths;
import dev.freehold.agent.workspace.Change;
import dev.freehold.agent.workspace.Workspace;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/// `freehold agent diff`: what an agent changed in its copy.
@Command(
    name = "diff",
    description = {
      "Shows what differs between the agent's copy and the folder as it was copied, as diff -u"
          + " does. What other programs obey later, such as AGENTS.md or build rules, comes first."
    },
    footerHeading = "%nExample:%n",
    footer = "  freehold agent diff k7mq2xpa | less")
final class AgentDiffCommand implements Callable<Integer> {
  private final Surroundings surroundings;

  @Mixin private AgentRunOption run = new AgentRunOption();

  AgentDiffCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() {
    try (Journal journal = AgentPlaces.journal(surroundings)) {
      Workspace workspace = AgentPlaces.open(surroundings, run.head(journal));
      print(surroundings.out(), workspace.changes());
    }
    return Exit.OK.code();
  }

  /// Prints changes, those that are obeyed by programs first, and how many stay in the copy.
  static void print(PrintStream out, List<Change> changes) {
    List<Change> ordered = new ArrayList<>(changes);
    ordered.sort(
        (a, b) -> Boolean.compare(isInstruction(b), isInstruction(a))); // stable: paths stay sorted
    long kept = 0;
    for (Change change : ordered) {
      if (change.isKept()) {
        kept++;
        continue;
      }
      String path = TerminalStreams.safe(change.path());
      if (isInstruction(change)) {
        out.println("note: other programs obey what " + path + " says");
      }
      out.println("--- " + (change.kind() == Change.Kind.ADDED ? "/dev/null" : "a/" + path));
      out.println("+++ " + (change.kind() == Change.Kind.DELETED ? "/dev/null" : "b/" + path));
      out.print(TerminalStreams.safe(change.text()));
    }
    if (kept > 0) {
      out.println(
          "note: %d changed files stay in the copy, since programs run what stands in them (.git,"
                  .formatted(kept)
              + " settings of editors and shells)");
    }
  }

  private static boolean isInstruction(Change change) {
    return ProtectedPaths.isInstruction(Path.of(change.path()));
  }
}
