package dev.freehold.gateway.upstream;

import java.util.Locale;

/// The form in which a server is asked and answers.
public enum Shape {
  /// Chat completions: OpenAI, vLLM, llama-server, other Freeholds and most others.
  OPENAI,
  /// Anthropic's Messages.
  ANTHROPIC,
  /// Ollama's `/api/chat`.
  OLLAMA;

  /// The name in configuration files.
  public String key() {
    return name().toLowerCase(Locale.ROOT);
  }

  Wire wire(Settings settings) {
    return switch (this) {
      case OPENAI -> new OpenAiWire(settings);
      case ANTHROPIC -> new AnthropicWire(settings);
      case OLLAMA -> new OllamaWire(settings);
    };
  }
}
