package dev.freehold.cli;

import dev.freehold.agent.journal.Journal;
import dev.freehold.agent.journal.RunHead;
import dev.freehold.agent.journal.RunState;
import dev.freehold.agent.run.AgentRun;
import dev.freehold.agent.workflow.WorkflowRunner;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `freehold agent list`: the runs of this user.
@Command(
    name = "list",
    description = {
      "Lists runs of agents, the last changed first; those of workflows are listed by freehold"
          + " workflow list, and by --json here too, with their kind.",
      "\"broken off\" is a run that nobody works on and that did not end: resume goes on with it."
    },
    footerHeading = "%nExample:%n",
    footer = "  freehold agent list --json")
final class AgentListCommand implements Callable<Integer> {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm", Locale.ROOT);

  private final Surroundings surroundings;

  @Option(names = "--most", paramLabel = "N", description = "How many; 50 by default.")
  private int most = 50;

  @Option(names = "--json", description = "Print one JSON object instead of a table.")
  private boolean json;

  AgentListCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() {
    try (Journal journal = AgentPlaces.journal(surroundings)) {
      if (json) {
        print(journal, journal.runs(most));
        return Exit.OK.code();
      }
      table(surroundings, journal, journal.runs(AgentRun.KIND, most), "TASK");
      if (!journal.runs(WorkflowRunner.KIND, 1).isEmpty()) {
        surroundings.out().println("runs of workflows: freehold workflow list");
      }
    }
    return Exit.OK.code();
  }

  /// Prints runs, a line each, and what they wait for or why they ended.
  ///
  /// @param last what the column with their titles is called
  static void table(Surroundings surroundings, Journal journal, List<RunHead> runs, String last) {
    ZoneId zone = surroundings.clock().getZone();
    String line = "%-8s  %-10s  %-16s  %s%n";
    surroundings.out().printf(line, "RUN", "STATE", "CHANGED", last);
    for (RunHead run : runs) {
      surroundings
          .out()
          .printf(
              line,
              run.id(),
              state(journal, run),
              TIME.format(run.changed().atZone(zone)),
              Failure.printable(run.title()));
      if (!run.note().isEmpty()) {
        surroundings.out().printf("%10s%s%n", "", Failure.printable(run.note()));
      }
    }
  }

  /// The state of a run in one or two words.
  static String state(Journal journal, RunHead run) {
    boolean isOpen = run.state() == RunState.OPEN;
    if (isOpen) {
      return journal.isWorkedOn(run.id()) ? "works" : "broken off";
    }
    return switch (run.state()) {
      case OPEN -> "works";
      case WAITING -> "waits";
      case DONE -> "done";
      case FAILED -> "failed";
      case DISCARDED -> "discarded";
    };
  }

  private void print(Journal journal, List<RunHead> runs) {
    try (JsonPrinter printer = new JsonPrinter(surroundings.out())) {
      printer.object(() ->
          printer.array(
              "runs",
              runs,
              run ->
                  printer.object(() -> {
                    printer.field("run", run.id());
                    printer.field("kind", run.kind());
                    printer.field("state", state(journal, run));
                    printer.field("note", run.note());
                    printer.field("task", run.title());
                    printer.field("changed", run.changed().toString());
                  })));
    }
  }
}
