package dev.freehold.agent.record;

import dev.freehold.agent.journal.RunHead;
import dev.freehold.agent.journal.RunState;
import dev.freehold.agent.journal.Step;
import dev.freehold.agent.journal.StepCall;
import dev.freehold.agent.journal.StepKind;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Steps and heads of runs as lines of a record, and back.
final class StepJson {
  private StepJson() {}

  static ObjectNode write(Step step) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("position", step.position())
        .put("key", step.call().key())
        .put("kind", step.call().kind().name())
        .put("name", step.call().name());
    json.set("request", step.call().request());
    json.set("result", step.result());
    if (!step.snapshot().isEmpty()) {
      json.put("snapshot", step.snapshot());
    }
    if (step.tries() > 1) {
      json.put("tries", step.tries());
    }
    step.due().ifPresent(due -> json.put("due", due.toString()));
    json.put("started", step.started().toString());
    step.finished().ifPresent(finished -> json.put("finished", finished.toString()));
    return json;
  }

  /// @throws RecordException where it is no step
  static Step read(String run, JsonNode json, String where) {
    try {
      StepCall call =
          new StepCall(
              json.path("key").asString(""),
              StepKind.valueOf(json.path("kind").asString("")),
              json.path("name").asString(""),
              json.path("request"));
      return new Step(
          run,
          json.path("position").asInt(-1),
          call,
          Step.digest(call.request()),
          json.path("snapshot").asString(""),
          json.path("tries").asInt(1),
          time(json, "due"),
          time(json, "started").orElseThrow(() -> new IllegalArgumentException("no \"started\"")),
          time(json, "finished"),
          json.path("result"));
    } catch (IllegalArgumentException | DateTimeException wrong) {
      throw new RecordException("%s: is no step: %s".formatted(where, wrong.getMessage()), wrong);
    }
  }

  /// @throws RecordException where it is no head
  static RunHead head(JsonNode json, Path file) {
    try {
      Instant created =
          time(json, "created").orElseThrow(() -> new IllegalArgumentException("no \"created\""));
      return new RunHead(
          json.path("id").asString(""),
          json.path("kind").asString(""),
          json.path("title").asString(""),
          json.path("settings"),
          RunState.valueOf(json.path("state").asString("")),
          json.path("note").asString(""),
          created,
          time(json, "changed").orElse(created),
          Optional.empty(),
          Optional.ofNullable(json.get("origin")).map(JsonNode::asString));
    } catch (IllegalArgumentException | DateTimeException wrong) {
      throw new RecordException("%s: is no run: %s".formatted(file, wrong.getMessage()), wrong);
    }
  }

  private static Optional<Instant> time(JsonNode json, String name) {
    return Optional.ofNullable(json.get(name)).map(node -> Instant.parse(node.asString("")));
  }
}
