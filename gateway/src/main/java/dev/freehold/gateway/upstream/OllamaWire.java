package dev.freehold.gateway.upstream;

import dev.freehold.chat.ChatRequest;
import java.util.Map;
import java.util.function.Consumer;
import tools.jackson.databind.node.ObjectNode;

/// Ollama's own API.
final class OllamaWire implements Wire {
  private final Settings settings;

  OllamaWire(Settings settings) {
    this.settings = settings;
  }

  @Override
  public String path() {
    return "/api/chat";
  }

  @Override
  public Map<String, String> headers(String key) {
    return new OpenAiWire(settings).headers(key);
  }

  @Override
  public ObjectNode body(ChatRequest request, Model asked, Consumer<String> notices) {
    return OllamaRequest.body(request, asked.name(), notices);
  }

  @Override
  public boolean isEvents() {
    return false;
  }

  @Override
  public AnswerReader reader(Telling telling) {
    return new OllamaAnswer(telling);
  }
}
