package dev.freehold.api;

import dev.freehold.chat.ChatException;
import dev.freehold.chat.ToolCall;
import tools.jackson.databind.JsonNode;

/// A call of a tool as the model wrote it.
///
/// @param id what the tool's result refers to
/// @param arguments a JSON object; only the beginning of one where the answer broke off
public record CalledTool(String id, String name, String arguments) {
  /// The arguments by name.
  ///
  /// @throws ChatException where they are not whole
  public JsonNode json() {
    return AnswerJson.parse(arguments, "the arguments of " + name);
  }

  /// The call as a message of the model repeats it.
  ///
  /// @throws ChatException where the arguments are not whole
  public ToolCall toolCall() {
    return new ToolCall(id, name, json());
  }
}
