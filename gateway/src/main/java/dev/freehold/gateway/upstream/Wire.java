package dev.freehold.gateway.upstream;

import dev.freehold.chat.ChatRequest;
import java.util.Map;
import java.util.Set;
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
  /// @param asked the model as the server calls it, and what is known of it
  /// @param notices told where something of the request is left out
  ObjectNode body(ChatRequest request, Model asked, Consumer<String> notices);

  /// Which fields of a body an error of the status 400 refuses, so that the same can be asked
  /// without them; by names that [#body] knows.
  ///
  /// @param error of the server, in JSON
  default Set<String> refused(ObjectNode body, JsonNode error) {
    return Set.of();
  }

  /// A model of a server.
  ///
  /// @param name as the server calls it
  /// @param backend the server's name, by which it finds what it sealed
  /// @param refused names of fields that it was found to refuse
  record Model(String name, String backend, Set<String> refused) {
    boolean takes(String field) {
      return !refused.contains(field);
    }
  }

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
