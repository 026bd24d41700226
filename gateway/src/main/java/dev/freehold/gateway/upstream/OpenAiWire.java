package dev.freehold.gateway.upstream;

import dev.freehold.chat.ChatRequest;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// OpenAI's chat completions, as most servers speak them.
final class OpenAiWire implements Wire {
  /// What an answer can do without.
  private static final Set<String> OPTIONAL =
      Set.of(
          "temperature",
          "top_p",
          "frequency_penalty",
          "presence_penalty",
          "seed",
          "reasoning_effort",
          "parallel_tool_calls",
          "stream_options",
          "max_tokens",
          "max_completion_tokens");

  private static final Map<String, String> OTHER_NAMES =
      Map.of(
          "max_tokens", "max_completion_tokens",
          "max_completion_tokens", "max_tokens");

  private final Settings settings;

  OpenAiWire(Settings settings) {
    this.settings = settings;
  }

  @Override
  public String path() {
    return "/chat/completions";
  }

  @Override
  public Map<String, String> headers(String key) {
    return key.isEmpty() ? Map.of() : Map.of("Authorization", "Bearer " + key);
  }

  @Override
  public ObjectNode body(ChatRequest request, Model asked, Consumer<String> notices) {
    ObjectNode body = new OpenAiRequest(settings, notices).body(request, asked.name());
    for (String field : asked.refused()) {
      JsonNode value = body.remove(field);
      String other = OTHER_NAMES.getOrDefault(field, "");
      if (value != null && !other.isEmpty()) {
        body.set(other, value);
      } else if (value != null) {
        notices.accept("%s is left out: this model refuses it".formatted(field));
      }
    }
    return body;
  }

  /// Reasoning models take neither temperatures nor `max_tokens`, older ones no effort.
  @Override
  public Set<String> refused(ObjectNode body, JsonNode error) {
    String refusal = RefusedFields.refusal(error);
    String named = error.at("/error/param").stringValue("");
    return OPTIONAL.contains(named) && body.has(named) && !refusal.isEmpty()
        ? Set.of(named)
        : RefusedFields.named(body, refusal, OPTIONAL);
  }

  @Override
  public boolean isEvents() {
    return true;
  }

  @Override
  public AnswerReader reader(Telling telling) {
    return new OpenAiAnswer(telling);
  }
}
