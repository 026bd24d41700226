package dev.freehold.train.seedling;

import tools.jackson.databind.node.ObjectNode;

/// The call of a tool by the assistant.
public record ToolCall(String name, ObjectNode arguments) {
  public ToolCall {
    arguments = arguments.deepCopy();
  }
}
