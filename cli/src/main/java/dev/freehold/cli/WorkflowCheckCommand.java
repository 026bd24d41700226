package dev.freehold.cli;

import dev.freehold.agent.workflow.Workflow;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/// `freehold workflow check`: reads a file and does nothing.
@Command(
    name = "check",
    description =
        "Says whether a file can be read, and which line is wrong. Nothing is run or asked.",
    footerHeading = "%nExample:%n",
    footer = "  freehold workflow check tickets.yaml")
final class WorkflowCheckCommand implements Callable<Integer> {
  private final Surroundings surroundings;

  @Parameters(paramLabel = "FILE", description = "The workflow.")
  private Path file = Path.of("");

  WorkflowCheckCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() {
    Workflow workflow = Workflow.read(file);
    surroundings
        .out()
        .println(
            "%s: %d steps, input: %s, models: %s, actions: %s"
                .formatted(
                    workflow.name(),
                    workflow.size(),
                    workflow.input().isEmpty() ? "anything" : String.join(", ", workflow.input()),
                    workflow.models().isEmpty()
                        ? "the usual one"
                        : Failure.printable(String.join(", ", workflow.models())),
                    workflow.actions().isEmpty()
                        ? "none"
                        : String.join(", ", workflow.actions().keySet())));
    return Exit.OK.code();
  }
}
