package dev.freehold.chat;

import java.util.List;
import tools.jackson.databind.JsonNode;

/// What an answer must be, whatever the model would like to write; thinking before it is free.
public sealed interface OutputFormat {
  /// Any text.
  record Free() implements OutputFormat {}

  /// One JSON object.
  record JsonObject() implements OutputFormat {}

  /// One JSON value that is valid under a schema.
  ///
  /// @param schema a JSON Schema: an object or a boolean
  record JsonSchema(JsonNode schema) implements OutputFormat {
    public JsonSchema {
      if (!schema.isObject() && !schema.isBoolean()) {
        throw new ChatException(
            "schema",
            "expected a JSON Schema, an object or a boolean, found " + schema.getNodeType());
      }
      schema = schema.deepCopy();
    }
  }

  /// A text that a regular expression matches from beginning to end.
  record Regex(String pattern) implements OutputFormat {}

  /// One of these texts.
  record Choice(List<String> texts) implements OutputFormat {
    public Choice {
      texts = List.copyOf(texts);
      if (texts.isEmpty()) {
        throw new ChatException("choice", "is empty; name at least one text");
      }
    }
  }

  OutputFormat FREE = new Free();
}
