package dev.freehold.agent.run;

import dev.freehold.chat.FinishReason;
import dev.freehold.chat.SealedThought;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Answers as JSON and back.
final class AnswerJson {
  private AnswerJson() {}

  static ObjectNode write(Answer answer) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("text", answer.text());
    if (!answer.reasoning().isEmpty()) {
      json.put("reasoning", answer.reasoning());
    }
    if (!answer.sealed().isEmpty()) {
      ArrayNode sealed = json.putArray("sealed");
      for (SealedThought thought : answer.sealed()) {
        sealed
            .addObject()
            .put("backend", thought.backend())
            .put("text", thought.text())
            .put("seal", thought.seal())
            .put("redacted", thought.isRedacted())
            .put("position", thought.position());
      }
    }
    if (!answer.calls().isEmpty()) {
      ArrayNode calls = json.putArray("calls");
      for (Answer.Call call : answer.calls()) {
        calls
            .addObject()
            .put("id", call.id())
            .put("name", call.name())
            .put("arguments", call.arguments());
      }
    }
    json.put("finish", answer.finish().name())
        .put("backend", answer.backend())
        .put("model", answer.model())
        .put("prompt_tokens", answer.promptTokens())
        .put("completion_tokens", answer.completionTokens());
    answer
        .cost()
        .ifPresent(cost -> json.put("cost_micros", cost.micros()).put("currency", cost.currency()));
    answer.receipt().ifPresent(receipt -> json.set("receipt", receipt));
    return json;
  }

  static Answer read(JsonNode json) {
    List<SealedThought> sealed = new ArrayList<>();
    for (JsonNode thought : json.path("sealed")) {
      sealed.add(
          new SealedThought(
              thought.path("backend").asString(""),
              thought.path("text").asString(""),
              thought.path("seal").asString(""),
              thought.path("redacted").asBoolean(false),
              thought.path("position").asInt(0)));
    }
    List<Answer.Call> calls = new ArrayList<>();
    for (JsonNode call : json.path("calls")) {
      calls.add(
          new Answer.Call(
              call.path("id").asString(""),
              call.path("name").asString(""),
              call.path("arguments").asString("")));
    }
    return new Answer(
        json.path("text").asString(""),
        json.path("reasoning").asString(""),
        sealed,
        calls,
        finish(json.path("finish").asString("")),
        json.path("backend").asString(""),
        json.path("model").asString(""),
        json.path("prompt_tokens").asLong(0),
        json.path("completion_tokens").asLong(0),
        json.has("cost_micros")
            ? Optional.of(
                new Cost(json.path("cost_micros").asLong(0), json.path("currency").asString("")))
            : Optional.empty(),
        Optional.ofNullable(json.get("receipt")));
  }

  private static FinishReason finish(String name) {
    for (FinishReason reason : FinishReason.values()) {
      if (reason.name().equals(name)) {
        return reason;
      }
    }
    throw new AgentException(
        "a stored answer ends with \"%s\", which is no reason".formatted(name));
  }
}
