package dev.freehold.gateway.upstream;

import dev.freehold.chat.ChatRequest;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Anthropic's Messages API.
final class AnthropicWire implements Wire {
  private static final String VERSION = "2023-06-01";

  private static final Pattern THINKING = Pattern.compile("thinking|adaptive|budget_tokens");

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
  public ObjectNode body(ChatRequest request, Model asked, Consumer<String> notices) {
    return new AnthropicRequest(settings, asked, notices).body(request);
  }

  /// Models from Opus 4.7 on refuse temperatures and thinking with a budget, those before 4.6
  /// thinking without one.
  @Override
  public Set<String> refused(ObjectNode body, JsonNode error) {
    String refusal = RefusedFields.refusal(error);
    if (refusal.contains("cannot both")) {
      return RefusedFields.named(body, refusal, Set.of("top_p"));
    }
    if (!RefusedFields.named(body, refusal, AnthropicRequest.SAMPLING).isEmpty()) {
      return AnthropicRequest.SAMPLING;
    }
    String thinking = body.at("/thinking/type").stringValue("");
    if (!thinking.isEmpty() && THINKING.matcher(refusal).find()) {
      return Set.of(AnthropicRequest.thinking(thinking));
    }
    return body.at("/output_config/effort").isString() && refusal.contains("effort")
        ? Set.of(AnthropicRequest.EFFORT)
        : Set.of();
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
