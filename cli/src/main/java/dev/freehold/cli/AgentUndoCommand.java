package dev.freehold.cli;

import dev.freehold.agent.journal.Journal;
import dev.freehold.agent.journal.OpenRun;
import dev.freehold.agent.journal.RunHead;
import dev.freehold.agent.journal.Step;
import dev.freehold.agent.journal.StepKind;
import dev.freehold.agent.journal.Waiting;
import dev.freehold.agent.run.AgentException;
import dev.freehold.agent.run.AgentRun;
import dev.freehold.agent.run.AgentSettings;
import dev.freehold.agent.run.AllowedReach;
import dev.freehold.agent.run.Undoing;
import dev.freehold.agent.tool.AgentTool;
import dev.freehold.agent.tool.BashTool;
import dev.freehold.agent.tool.ToolOutcome;
import dev.freehold.agent.tool.Undo;
import dev.freehold.agent.workspace.Workspace;
import dev.freehold.chat.Tool;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `freehold agent undo`: takes back the last change of a run.
@Command(
    name = "undo",
    description = {
      "Takes back the last call that changed something: the copy is as it was before it. Given"
          + " again, the one before. The model is told when the run goes on.",
      "What commands sent to hosts that were allowed stays sent, and is named.",
      "A call with an effect elsewhere, as of an MCP server's tool, is taken back where mcp.json"
          + " says how (docs/mcp.md): the call that does so is shown, and you are asked."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  freehold agent undo k7mq2xpa",
      "  freehold agent undo k7mq2xpa --yes",
      "  freehold agent undo k7mq2xpa --leave"
    })
final class AgentUndoCommand implements Callable<Integer> {
  private final Surroundings surroundings;

  @Option(names = "--yes", description = "Ask nothing where the effect is elsewhere.")
  private boolean yes;

  @Option(
      names = "--leave",
      description =
          "Leave the last effect as it is, where it is elsewhere and cannot be taken back, so that"
              + " the one before it is next.")
  private boolean leave;

  @Mixin private AgentRunOption run = new AgentRunOption();

  AgentUndoCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() {
    try (Journal journal = AgentPlaces.journal(surroundings)) {
      RunHead head = run.head(journal);
      if (!head.kind().equals(AgentRun.KIND)) {
        throw new CliException(
            "run %s: is a %s; calls of agents are taken back".formatted(head.id(), head.kind()));
      }
      Workspace workspace = AgentPlaces.open(surroundings, head);
      try (OpenRun open = journal.resume(head.id())) {
        try {
          undo(open, workspace);
        } finally {
          open.putBack(head);
        }
      }
    }
    return Exit.OK.code();
  }

  private void undo(OpenRun open, Workspace workspace) {
    Undoing undoing = new Undoing(open, workspace, List.of());
    Optional<Step> last = undoing.last();
    if (last.isEmpty()) {
      surroundings.out().println("nothing to take back");
      tell(undoing.staying(0));
      return;
    }
    Step step = last.get();
    String call =
        "%s %s"
            .formatted(
                step.call().name(),
                Failure.printable(step.call().request().path("arguments").toString()));
    if (leave) {
      leave(undoing, step, call);
    } else if (Undoing.isElsewhere(step)) {
      undoElsewhere(open, workspace, step, call);
    } else {
      undoing.undo(step);
      surroundings.out().println("taken back: " + call);
      tell(undoing.staying(step.position()));
      if (isTakenOver(open, step)) {
        surroundings
            .out()
            .println(
                ("%s still holds the change: agent apply took it over. To take it out there too:"
                        + " freehold agent apply %s")
                    .formatted(Failure.printable(workspace.source().toString()), open.id()));
      }
    }
  }

  /// Whether the changes of the run were taken over after a step.
  private static boolean isTakenOver(OpenRun open, Step undone) {
    return open.steps().stream()
        .dropWhile(step -> !step.call().key().equals(undone.call().key()))
        .anyMatch(step ->
            step.call().kind() == StepKind.ACTION
                && step.call().name().equals(AgentApplyCommand.STEP)
                && step.finished().isPresent());
  }

  private void leave(Undoing undoing, Step step, String call) {
    if (!Undoing.isElsewhere(step)) {
      throw new CliException(
          Exit.USAGE,
          "--leave: the last change is in the workspace, and can be taken back: " + call,
          "Without --leave it is.");
    }
    undoing.leave(step);
    surroundings.out().println("left as it is: " + call);
  }

  private void undoElsewhere(OpenRun open, Workspace workspace, Step step, String call) {
    String tool = step.call().name();
    try (AgentServers servers = AgentServers.openFor(surroundings, workspace.source(), tool)) {
      Undoing undoing = new Undoing(open, workspace, tools(open, workspace, servers, tool));
      Undo back = undoing.wayBack(step);
      surroundings.err().println("to take back: " + call);
      TerminalStreams.safe(back.description())
          .lines()
          .forEach(line -> surroundings.err().println("  " + line));
      if (!isWanted()) {
        surroundings.out().println("nothing was taken back");
        return;
      }
      ToolOutcome outcome = undoing.undo(step, back);
      surroundings.out().println("taken back: " + call);
      surroundings.out().println(TerminalStreams.safe(outcome.text()));
      tell(undoing.staying(step.position()));
    } catch (AgentException failure) {
      throw new CliException(
          Exit.FAILURE,
          Failure.printable(String.valueOf(failure.getMessage())),
          ("Nothing was done. Take it back there yourself, then: freehold agent undo %s --leave;"
                  + " or say how under \"undo\" of the server in mcp.json (docs/mcp.md).")
              .formatted(open.id()));
    } catch (Waiting doubt) {
      throw new CliException(
          Exit.AGENT_WAITS,
          Failure.printable(String.valueOf(doubt.getMessage())),
          "Look there, then: freehold agent settle %1$s %2$s --happened \"...\", or --not-done"
              .formatted(open.id(), doubt.stepKey()));
    }
  }

  /// Names what commands sent to hosts, which stays.
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

  /// The tools of the run with this name, as they are now; no command is run, so none reaches a
  /// host.
  private List<AgentTool> tools(
      OpenRun open, Workspace workspace, AgentServers servers, String name) {
    List<String> named =
        AgentSettings.of(open.head().settings()).tools().stream().map(Tool::name).toList();
    List<AgentTool> tools = new ArrayList<>(servers.tools());
    if (!name.contains("__")) {
      tools.addAll(AgentWork.tools(AgentWork.probe(surroundings, List.of()), List.of()));
      tools.addAll(AgentKnowledge.of(surroundings, workspace.source()).tools());
    }
    tools.removeIf(tool -> !named.contains(tool.definition().name()));
    return tools;
  }

  private boolean isWanted() {
    return yes
        || AgentCommand.agrees(
            surroundings, "do this?", "Look at what would be done, then add --yes.");
  }
}
