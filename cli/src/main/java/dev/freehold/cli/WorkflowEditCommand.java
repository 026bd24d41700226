package dev.freehold.cli;

import dev.freehold.agent.workflow.Approvals;
import dev.freehold.tensor.StrictJson;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// `freehold workflow edit`: what waits is done as it is changed here.
@Command(
    name = "edit",
    description = {
      "Has what waits be done with changes, and goes on with the run. The payload keeps its form:"
          + " the same names, the same kinds of values."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  freehold workflow edit k7mq2xpa --set text=\"Dear Ms Kim, ...\"",
      "  freehold workflow edit k7mq2xpa --payload changed.json",
      "  freehold workflow edit k7mq2xpa team~person --set choice=billing"
    })
final class WorkflowEditCommand implements Callable<Integer> {
  private static final StrictJson.Limits LIMITS = StrictJson.Limits.DEFAULT.withMaxBytes(2 << 20);

  private final Surroundings surroundings;

  @Option(
      names = "--set",
      paramLabel = "NAME=TEXT",
      description = "A text of the payload; may be given again.")
  private Map<String, String> changes = new LinkedHashMap<>();

  @Option(
      names = "--payload",
      paramLabel = "FILE",
      description = "The whole payload, a file of JSON; - is standard input.")
  private Optional<String> payload = Optional.empty();

  @Mixin private WorkflowDecision decision = new WorkflowDecision();

  WorkflowEditCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() throws InterruptedException {
    if (changes.isEmpty() == payload.isEmpty()) {
      throw new CliException(
          Exit.USAGE, "expected either --set or --payload", "\"show\" shows the payload.");
    }
    return decision
        .take(
            surroundings,
            (approvals, asked, digest, by) ->
                approvals.edit(asked, digest, changed(Approvals.payload(asked)), by))
        .code();
  }

  private JsonNode changed(JsonNode shown) {
    if (payload.isPresent()) {
      byte[] bytes = UserInput.bytes(surroundings, payload.get());
      return StrictJson.parse(bytes, payload.get(), LIMITS);
    }
    if (!shown.isObject()) {
      throw new CliException(
          Exit.USAGE, "the payload has no names that could be set", "Give all of it: --payload.");
    }
    ObjectNode edited = shown.deepCopy().asObject();
    changes.forEach((name, text) -> {
      JsonNode before = shown.path(name);
      if (before.isMissingNode()) {
        throw new CliException(
            Exit.USAGE,
            "the payload has no \"%s\"".formatted(name),
            "It has: " + String.join(", ", shown.propertyNames()));
      }
      edited.set(
          name,
          before.isString()
              ? edited.stringNode(text)
              : StrictJson.parse(text.getBytes(StandardCharsets.UTF_8), "--set " + name, LIMITS));
    });
    return edited;
  }
}
