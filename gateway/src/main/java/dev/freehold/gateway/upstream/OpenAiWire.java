package dev.freehold.gateway.upstream;

import dev.freehold.chat.ChatRequest;
import java.util.Map;
import java.util.function.Consumer;
import tools.jackson.databind.node.ObjectNode;

/// OpenAI's chat completions, as most servers speak them.
final class OpenAiWire implements Wire {
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
  public ObjectNode body(ChatRequest request, String model, Consumer<String> notices) {
    return new OpenAiRequest(settings, notices).body(request, model);
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
