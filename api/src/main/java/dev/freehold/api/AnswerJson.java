package dev.freehold.api;

import dev.freehold.chat.ChatException;
import dev.freehold.chat.ChatException.Kind;
import dev.freehold.tensor.StrictJson;
import dev.freehold.tensor.TensorException;
import java.nio.charset.StandardCharsets;
import tools.jackson.databind.JsonNode;

/// JSON that a model, or the program's author, wrote.
final class AnswerJson {
  private AnswerJson() {}

  /// @param what names the text in errors
  /// @throws ChatException where it is no JSON, or larger or deeper than an answer should be
  static JsonNode parse(String text, String what) {
    try {
      return StrictJson.parse(text.getBytes(StandardCharsets.UTF_8), what);
    } catch (TensorException e) {
      throw new ChatException(Kind.FAILED, String.valueOf(e.getMessage()), e);
    }
  }

  /// A schema that the program's author wrote.
  ///
  /// @param field names the schema in errors
  /// @throws ChatException where it is no JSON
  static JsonNode schema(String text, String field) {
    try {
      return StrictJson.parse(text.getBytes(StandardCharsets.UTF_8), field);
    } catch (TensorException e) {
      throw new ChatException(Kind.INVALID_REQUEST, String.valueOf(e.getMessage()), e);
    }
  }
}
