package dev.freehold.cli;

import dev.freehold.agent.journal.Journal;
import dev.freehold.agent.journal.RunHead;
import dev.freehold.agent.journal.Step;
import dev.freehold.agent.run.Spent;
import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `freehold agent show`: what a run did.
@Command(
    name = "show",
    description = "Shows a run step by step; --full with all that was asked and came out.",
    footerHeading = "%nExample:%n",
    footer = "  freehold agent show k7mq2xpa --full | less")
final class AgentShowCommand implements Callable<Integer> {
  private static final int MAX_LINE = 120;

  private final Surroundings surroundings;

  @Option(names = "--full", description = "Requests and results as they are written down.")
  private boolean full;

  @Mixin private AgentRunOption run = new AgentRunOption();

  AgentShowCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() {
    PrintStream out = surroundings.out();
    try (Journal journal = AgentPlaces.journal(surroundings)) {
      RunHead head = run.head(journal);
      List<Step> steps = journal.steps(head.id());
      Spent spent = Spent.of(steps);
      out.println("run     " + head.id());
      out.println("task    " + Failure.printable(head.title()));
      out.println("state   " + AgentListCommand.state(journal, head));
      if (!head.note().isEmpty()) {
        out.println("        " + Failure.printable(head.note()));
      }
      head.origin().ifPresent(origin -> out.println("from    " + origin));
      out.println(
          "model   "
              + Failure.printable(head.settings().path("asked").path("model").asString("usual")));
      List<String> hosts = AgentHosts.of(head, steps);
      if (!hosts.isEmpty()) {
        out.println("hosts   " + Failure.printable(AgentHosts.named(hosts)));
      }
      out.println(
          String.format(
              Locale.ROOT,
              "took    %d steps, %,d tokens of prompts, %,d of answers, %d s",
              spent.steps(),
              spent.promptTokens(),
              spent.completionTokens(),
              spent.time().toSeconds()));
      for (Step step : steps) {
        print(out, step);
      }
    }
    return Exit.OK.code();
  }

  private void print(PrintStream out, Step step) {
    String state =
        step.isFinished()
            ? ""
            : step.call().kind().name().equals("APPROVAL")
                ? "  (waits for approval)"
                : "  (in doubt: begun, not finished)";
    out.println(
        "%4d  %-8s %s %s%s"
            .formatted(
                step.position() + 1,
                step.call().kind().name().toLowerCase(Locale.ROOT),
                step.call().key(),
                Failure.printable(line(step)),
                state));
    if (full) {
      out.println("      asked:  " + TerminalStreams.safe(step.call().request().toString()));
      out.println("      result: " + TerminalStreams.safe(step.result().toString()));
    }
  }

  private static String line(Step step) {
    String text =
        switch (step.call().kind()) {
          case MODEL -> step.call().name() + " " + step.result().path("text").asString("");
          case TOOL, APPROVAL -> step.call().name() + " " + step.call().request().path("arguments");
          case ACTION, TIMER -> step.call().name() + " " + step.call().request();
          case NOTE -> step.call().name() + " " + step.result().asString("");
        };
    return text.length() > MAX_LINE ? text.substring(0, MAX_LINE) + "…" : text;
  }
}
