package dev.freehold.server.ollama;

import dev.freehold.server.Problem;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Errors as Ollama tells them: `{"error":"text"}`; `partial` where a part of the answer was told.
final class OllamaErrors {
  private OllamaErrors() {}

  static ObjectNode body(Problem problem) {
    ObjectNode body = JsonNodeFactory.instance.objectNode().put("error", problem.message());
    return problem.isPartial() ? body.put("partial", true) : body;
  }
}
