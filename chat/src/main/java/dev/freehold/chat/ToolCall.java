package dev.freehold.chat;

import tools.jackson.databind.JsonNode;

/// A tool that the model asked to be called.
///
/// @param id what the tool's result refers to; may be empty where the dialect has no ids
/// @param arguments an object with the arguments by name
public record ToolCall(String id, String name, JsonNode arguments) {
  public ToolCall {
    if (name.isEmpty()) {
      throw new ChatException("tool_calls.name", "is empty; name the tool");
    }
    if (!arguments.isObject()) {
      throw new ChatException(
          "tool_calls.arguments",
          "expected an object, found %s".formatted(arguments.getNodeType()));
    }
    arguments = arguments.deepCopy();
  }
}
