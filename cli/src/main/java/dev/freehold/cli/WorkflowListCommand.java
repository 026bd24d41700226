package dev.freehold.cli;

import dev.freehold.agent.journal.Journal;
import dev.freehold.agent.journal.RunHead;
import dev.freehold.agent.journal.Step;
import dev.freehold.agent.workflow.Approvals;
import dev.freehold.agent.workflow.WorkflowRunner;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `freehold workflow list`: runs, and what waits for people.
@Command(
    name = "list",
    description = {
      "Lists runs of workflows, the last changed first, and then what waits for a person.",
      "\"broken off\" is a run that nobody works on and that did not end: resume goes on with it."
    },
    footerHeading = "%nExample:%n",
    footer = "  freehold workflow list --waiting")
final class WorkflowListCommand implements Callable<Integer> {
  private final Surroundings surroundings;

  @Option(names = "--most", paramLabel = "N", description = "How many runs; 50 by default.")
  private int most = 50;

  @Option(names = "--waiting", description = "Only what waits for a person.")
  private boolean waiting;

  @Option(names = "--json", description = "Print one JSON object.")
  private boolean json;

  WorkflowListCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() {
    try (Journal journal = AgentPlaces.journal(surroundings)) {
      List<RunHead> runs = waiting ? List.of() : journal.runs(WorkflowRunner.KIND, most);
      List<Step> asked = new Approvals(journal).waiting();
      if (json) {
        print(journal, runs, asked);
      } else {
        table(journal, runs, asked);
      }
    }
    return Exit.OK.code();
  }

  private void table(Journal journal, List<RunHead> runs, List<Step> asked) {
    if (!waiting) {
      AgentListCommand.table(surroundings, journal, runs, "WORKFLOW");
    }
    if (!asked.isEmpty()) {
      surroundings.out().printf("%s%-8s  %-24s  %s%n", waiting ? "" : "\n", "WAITS", "STEP", "FOR");
    }
    for (Step step : asked) {
      surroundings
          .out()
          .printf(
              "%-8s  %-24s  %s%n",
              step.run(), Failure.printable(step.call().key()), Failure.printable(question(step)));
    }
  }

  /// What a step asks a person.
  static String question(Step step) {
    String asked = step.call().request().path("question").asString("");
    return asked.isEmpty()
        ? "%s %s".formatted(step.call().name(), step.call().request().path("subject").asString(""))
        : asked;
  }

  private void print(Journal journal, List<RunHead> runs, List<Step> asked) {
    try (JsonPrinter printer = new JsonPrinter(surroundings.out())) {
      printer.object(() -> {
        printer.array(
            "runs",
            runs,
            run ->
                printer.object(() -> {
                  printer.field("run", run.id());
                  printer.field("state", AgentListCommand.state(journal, run));
                  printer.field("title", run.title());
                  printer.field("note", run.note());
                  printer.field("changed", run.changed().toString());
                }));
        printer.array(
            "waiting",
            asked,
            step ->
                printer.object(() -> {
                  printer.field("run", step.run());
                  printer.field("step", step.call().key());
                  printer.field("digest", step.digest());
                  printer.field("question", question(step));
                }));
      });
    }
  }
}
