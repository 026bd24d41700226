package dev.freehold.chat;

import tools.jackson.databind.JsonNode;

/// A tool that the model may ask to be called.
///
/// @param description what it is for; may be empty
/// @param parameters the JSON Schema of its arguments, an object
public record Tool(String name, String description, JsonNode parameters) {
  public Tool {
    if (name.isEmpty()) {
      throw new ChatException("tools.name", "is empty; name the tool");
    }
    if (!parameters.isObject()) {
      throw new ChatException(
          "tools.parameters",
          "expected a JSON Schema object, found %s".formatted(parameters.getNodeType()));
    }
    parameters = parameters.deepCopy();
  }
}
