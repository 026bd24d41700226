package dev.freehold.gateway.upstream;

import dev.freehold.chat.ChatRequest;
import java.util.Map;
import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// A form in which servers are asked and answer.
interface Wire {
  /// What follows the backend's address.
  String path();

  /// Headers beside those of every request.
  ///
  /// @param key empty where none is needed
  Map<String, String> headers(String key);

  /// The body of a request for a streamed answer.
  ///
  /// @param model as the server calls it
  /// @param notices told where something of the request is left out
  ObjectNode body(ChatRequest request, String model, Consumer<String> notices);

  /// Whether answers are server-sent events; else they are lines of JSON.
  boolean isEvents();

  /// A reader of one answer.
  AnswerReader reader(Telling telling);

  /// Reads the pieces of one answer.
  interface AnswerReader {
    /// Reads a piece that is no error.
    ///
    /// @param name the event's type; empty where it has none
    void read(String name, JsonNode piece);

    /// Whether a text that is no JSON ends the answer: `[DONE]`.
    default boolean isEnd(String data) {
      return false;
    }

    /// Whether the mark of the end was read.
    boolean isEnded();
  }
}
