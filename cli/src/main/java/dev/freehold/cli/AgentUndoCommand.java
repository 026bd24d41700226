package dev.freehold.cli;

import dev.freehold.agent.journal.Journal;
import dev.freehold.agent.journal.OpenRun;
import dev.freehold.agent.journal.RunHead;
import dev.freehold.agent.journal.Step;
import dev.freehold.agent.run.AllowedReach;
import dev.freehold.agent.run.Undoing;
import dev.freehold.agent.tool.BashTool;
import dev.freehold.agent.workspace.Workspace;
import java.util.ArrayList;
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
          + " again, the one before. The model is told when the run goes on.",
      "What commands sent to hosts that were allowed stays sent, and is named."
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
          List<Step> staying = undoing.staying(last.map(Step::position).orElse(0));
          if (last.isEmpty()) {
            surroundings.out().println("nothing to take back");
            tell(staying);
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
          tell(staying);
        } finally {
          open.putBack(head);
        }
      }
    }
    return Exit.OK.code();
  }

  private void tell(List<Step> staying) {
    for (Step step : staying) {
      List<String> asked = new ArrayList<>();
      step.result()
          .path("details")
          .path(BashTool.ASKED)
          .forEach(host -> asked.add(host.asString("")));
      List<String> hosts = asked.isEmpty() ? AllowedReach.hosts(step.call().request()) : asked;
      surroundings
          .out()
          .println(
              "not taken back: what %s (step %s) did at %s"
                  .formatted(
                      Failure.printable(step.call().request().path("arguments").toString()),
                      step.call().key(),
                      Failure.printable(AgentHosts.named(hosts))));
    }
  }
}
