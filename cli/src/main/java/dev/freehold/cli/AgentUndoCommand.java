package dev.freehold.cli;

import dev.freehold.agent.journal.Journal;
import dev.freehold.agent.journal.OpenRun;
import dev.freehold.agent.journal.RunHead;
import dev.freehold.agent.journal.Step;
import dev.freehold.agent.run.Undoing;
import dev.freehold.agent.workspace.Workspace;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/// `freehold agent undo`: takes back the last change of a run.
@Command(
    name = "undo",
    description = {
      "Takes back the last call that changed something: the copy is as it was before it. Given"
          + " again, the one before. The model is told when the run goes on."
    },
    footerHeading = "%nExample:%n",
    footer = "  freehold agent undo k7mq2xpa")
final class AgentUndoCommand implements Callable<Integer> {
  private final Surroundings surroundings;

  @Mixin private AgentRunOption run = new AgentRunOption();

  AgentUndoCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() {
    try (Journal journal = AgentPlaces.journal(surroundings)) {
      RunHead head = run.head(journal);
      Workspace workspace = AgentPlaces.open(surroundings, head);
      try (OpenRun open = journal.resume(head.id())) {
        try {
          Undoing undoing = new Undoing(open, workspace, List.of());
          Optional<Step> last = undoing.last();
          if (last.isEmpty()) {
            surroundings.out().println("nothing to take back");
            return Exit.OK.code();
          }
          undoing.undo(last.get());
          surroundings
              .out()
              .println(
                  "taken back: %s %s"
                      .formatted(
                          last.get().call().name(),
                          Failure.printable(
                              last.get().call().request().path("arguments").toString())));
        } finally {
          open.putBack(head);
        }
      }
    }
    return Exit.OK.code();
  }
}
