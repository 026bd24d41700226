package dev.freehold.cli;

import dev.freehold.agent.journal.Journal;
import dev.freehold.agent.journal.RunHead;
import dev.freehold.agent.journal.Step;
import dev.freehold.agent.journal.StepKind;
import dev.freehold.agent.workflow.Approvals;
import dev.freehold.agent.workflow.WorkflowRunner;
import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.JsonNode;

/// `freehold workflow show`: what a run did, and what it waits for.
@Command(
    name = "show",
    description = {
      "Shows a run step by step, and whole what it waits for; --full with all that was asked and"
          + " came out, --json what it came to."
    },
    footerHeading = "%nExample:%n",
    footer = "  freehold workflow show k7mq2xpa")
final class WorkflowShowCommand implements Callable<Integer> {
  private static final int MAX_LINE = 100;

  private final Surroundings surroundings;

  @Option(names = "--full", description = "Requests and results as they are written down.")
  private boolean full;

  @Option(names = "--json", description = "Print what the run came to, as JSON.")
  private boolean json;

  @Mixin private AgentRunOption run = new AgentRunOption();

  WorkflowShowCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() {
    PrintStream out = surroundings.out();
    try (Journal journal = AgentPlaces.journal(surroundings)) {
      RunHead head = run.head(journal);
      if (json) {
        JsonNode output = WorkflowRunner.output(journal, head.id());
        if (output.isMissingNode()) {
          throw new CliException(
              "run %s: is not done: it %s"
                  .formatted(head.id(), AgentListCommand.state(journal, head)));
        }
        out.println(TerminalStreams.safe(output.toPrettyString()));
        return Exit.OK.code();
      }
      out.println("run       " + head.id());
      out.println("workflow  " + Failure.printable(head.title()));
      out.println("file      " + Failure.printable(head.settings().path("file").asString("")));
      out.println("sha256    " + head.settings().path("digest").asString(""));
      out.println("state     " + AgentListCommand.state(journal, head));
      if (!head.note().isEmpty()) {
        out.println("          " + Failure.printable(head.note()));
      }
      List<Step> steps = journal.steps(head.id());
      steps.forEach(step -> print(out, step));
    }
    return Exit.OK.code();
  }

  private void print(PrintStream out, Step step) {
    boolean waits = step.call().kind() == StepKind.APPROVAL && !step.isFinished();
    boolean isTimer = step.call().kind() == StepKind.TIMER;
    String state =
        step.isFinished()
            ? ""
            : waits ? "  (waits for a person)" : isTimer ? "  (waits)" : "  (not finished)";
    out.println(
        "%4d  %-8s  %s  %s%s"
            .formatted(
                step.position() + 1,
                step.call().kind().name().toLowerCase(Locale.ROOT),
                Failure.printable(step.call().key()),
                Failure.printable(line(step)),
                state));
    if (waits) {
      out.println("      " + Failure.printable(WorkflowListCommand.question(step)));
      out.println(indented(Approvals.payload(step).toPrettyString()));
      String preview = step.call().request().path("preview").asString("");
      if (!preview.isEmpty()) {
        out.println(indented(preview));
      }
      out.println("      digest: " + step.digest());
    }
    if (full) {
      out.println("      asked:  " + TerminalStreams.safe(step.call().request().toString()));
      out.println("      result: " + TerminalStreams.safe(step.result().toString()));
    }
  }

  private static String indented(String text) {
    return TerminalStreams.safe(text).indent(6).stripTrailing();
  }

  private static String line(Step step) {
    String text =
        step.decision()
            .map(decision ->
                "%s by %s"
                    .formatted(decision.answer().name().toLowerCase(Locale.ROOT), decision.by()))
            .orElse(
                step.isFinished()
                    ? step.result().path("value").path("text").asString(step.result().toString())
                    : "");
    return text.length() > MAX_LINE ? text.substring(0, MAX_LINE) + "…" : text;
  }
}
