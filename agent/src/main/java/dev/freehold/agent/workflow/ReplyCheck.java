package dev.freehold.agent.workflow;

import java.util.Optional;
import tools.jackson.databind.JsonNode;

/// Whoever says whether a model's answer is valid under a JSON Schema.
public interface ReplyCheck {
  /// What is wrong with it; empty where nothing is.
  Optional<String> problem(JsonNode schema, JsonNode answer);

  /// For backends that see to it themselves.
  ReplyCheck NONE = (schema, answer) -> Optional.empty();
}
