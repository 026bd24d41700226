package dev.freehold.server.ollama;

import dev.freehold.server.Problem;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Errors as Ollama tells them: `{"error":"text"}`.
final class OllamaErrors {
  private OllamaErrors() {}

  static ObjectNode body(Problem problem) {
    return JsonNodeFactory.instance.objectNode().put("error", problem.message());
  }
}
