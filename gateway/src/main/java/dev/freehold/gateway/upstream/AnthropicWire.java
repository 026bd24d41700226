package dev.freehold.gateway.upstream;

import dev.freehold.chat.ChatRequest;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import tools.jackson.databind.node.ObjectNode;

/// Anthropic's Messages API.
final class AnthropicWire implements Wire {
  private static final String VERSION = "2023-06-01";

  private final Settings settings;

  AnthropicWire(Settings settings) {
    this.settings = settings;
  }

  @Override
  public String path() {
    return "/messages";
  }

  @Override
  public Map<String, String> headers(String key) {
    Map<String, String> headers = new HashMap<>();
    headers.put("anthropic-version", VERSION);
    if (!key.isEmpty()) {
      headers.put("x-api-key", key);
    }
    return headers;
  }

  @Override
  public ObjectNode body(ChatRequest request, String model, Consumer<String> notices) {
    return new AnthropicRequest(settings, notices).body(request, model);
  }

  @Override
  public boolean isEvents() {
    return true;
  }

  @Override
  public AnswerReader reader(Telling telling) {
    return new AnthropicAnswer(telling);
  }
}
