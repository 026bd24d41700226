package dev.freehold.cli;

import dev.freehold.agent.workflow.RunEnd;
import dev.freehold.agent.workflow.Workflow;
import dev.freehold.agent.workflow.WorkflowRunner;
import dev.freehold.tensor.StrictJson;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/// `freehold workflow run`: begins a run.
@Command(
    name = "run",
    description = {
      "Begins a run and works until it is done, fails, or waits for a person: then the exit code is"
          + " 12, and approve, edit, skip or the page of serve let it go on. It waits itself for"
          + " times of up to 15 minutes.",
      "Prints what the run came to as JSON."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  freehold workflow run tickets.yaml --input ticket.json",
      "  echo '{\"ticket\": {\"subject\": \"Hello\"}}' | freehold workflow run tickets.yaml"
          + " --input -"
    })
final class WorkflowRunCommand implements Callable<Integer> {
  private static final StrictJson.Limits LIMITS = StrictJson.Limits.DEFAULT.withMaxBytes(4 << 20);

  private final Surroundings surroundings;

  @Parameters(paramLabel = "FILE", description = "The workflow.")
  private Path file = Path.of("");

  @Option(
      names = "--input",
      paramLabel = "JSON",
      description =
          "What the run is given: a file that holds a JSON object, - for standard input, or the"
              + " object itself.")
  private Optional<String> input = Optional.empty();

  @Option(
      names = "--server",
      paramLabel = "ADDRESS",
      description =
          "Where workflow serve is reached, for approval links; "
              + WorkflowWork.USUAL_SERVER
              + " by default.")
  private String server = WorkflowWork.USUAL_SERVER;

  @Mixin private WorkflowOptions options = new WorkflowOptions();

  WorkflowRunCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() throws InterruptedException {
    Workflow workflow = Workflow.read(file.toAbsolutePath());
    JsonNode given = input();
    try (WorkflowWork work = new WorkflowWork(surroundings, options, () -> server)) {
      RunEnd end;
      try (WorkflowRunner.Begun begun = work.runner().begin(workflow, given)) {
        surroundings.err().println("run " + begun.id());
        end = begun.work();
      }
      return work.report(work.withTimers(end)).code();
    }
  }

  private JsonNode input() {
    if (input.isEmpty()) {
      return JsonNodeFactory.instance.objectNode();
    }
    String text = input.get();
    boolean isObject = text.stripLeading().startsWith("{");
    return isObject
        ? StrictJson.parse(
            text.getBytes(java.nio.charset.StandardCharsets.UTF_8), "--input", LIMITS)
        : StrictJson.parse(UserInput.bytes(surroundings, text), text, LIMITS);
  }
}
