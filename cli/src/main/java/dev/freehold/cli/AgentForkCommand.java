package dev.freehold.cli;

import dev.freehold.agent.journal.Journal;
import dev.freehold.agent.journal.OpenRun;
import dev.freehold.agent.journal.RunHead;
import dev.freehold.agent.journal.Step;
import dev.freehold.agent.workspace.Workspace;
import dev.freehold.agent.workspace.WorkspaceLimits;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `freehold agent fork`: a second run that goes on differently from some step of the first.
@Command(
    name = "fork",
    description = {
      "Makes a new run with the first steps of another and the copy of the folder as it was then."
          + " Both go on alone. show numbers the steps.",
      "Its commands may reach the hosts that were allowed then; --allow-host names others instead."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  freehold agent fork k7mq2xpa --steps 7",
      "  freehold agent fork k7mq2xpa --allow-host pypi.org --allow-host files.pythonhosted.org"
    })
final class AgentForkCommand implements Callable<Integer> {
  private final Surroundings surroundings;

  @Option(
      names = "--steps",
      paramLabel = "N",
      description = "How many of its first steps; all that are finished by default.")
  private Optional<Integer> count = Optional.empty();

  @Mixin private AgentRunOption run = new AgentRunOption();
  @Mixin private AgentHostsOption hosts = new AgentHostsOption();

  AgentForkCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() {
    Optional<List<String>> reached = hosts.given();
    try (Journal journal = AgentPlaces.journal(surroundings)) {
      RunHead head = run.head(journal);
      Workspace workspace = AgentPlaces.open(surroundings, head);
      try (OpenRun fork =
          journal.fork(head.id(), count.orElse(Integer.MAX_VALUE), head.settings())) {
        List<Step> steps = fork.steps();
        workspace.fork(
            AgentPlaces.workspace(surroundings, fork.id()),
            snapshot(steps, journal.steps(head.id()), workspace),
            WorkspaceLimits.DEFAULT);
        reached.ifPresent(named -> AgentHosts.change(surroundings, fork, named));
        fork.suspend("forked from %s after %d steps".formatted(head.id(), steps.size()));
        surroundings
            .out()
            .println("run %s; freehold agent resume %1$s \"...\"".formatted(fork.id()));
      }
    }
    return Exit.OK.code();
  }

  /// How the workspace was after some steps: as the last of them left it, else as the next found
  /// it.
  private static String snapshot(List<Step> done, List<Step> all, Workspace workspace) {
    for (Step step : done.reversed()) {
      if (step.call().name().equals("undo")) {
        return step.call().request().path("snapshot").asString("");
      }
      String after = step.result().path("after").asString("");
      if (!after.isEmpty()) {
        return after;
      }
    }
    return all.stream()
        .skip(done.size())
        .map(Step::snapshot)
        .filter(snapshot -> !snapshot.isEmpty())
        .findFirst()
        .orElseGet(workspace::base);
  }
}
