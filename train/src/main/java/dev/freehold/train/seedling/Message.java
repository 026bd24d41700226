package dev.freehold.train.seedling;

import java.util.List;

/// One turn of a conversation.
///
/// @param toolCalls what the assistant calls, after its content
public record Message(Role role, String content, List<ToolCall> toolCalls) {
  public Message {
    toolCalls = List.copyOf(toolCalls);
  }

  static Message of(Role role, String content) {
    return new Message(role, content, List.of());
  }

  static Message user(String content) {
    return of(Role.USER, content);
  }

  static Message assistant(String content) {
    return of(Role.ASSISTANT, content);
  }

  static Message call(ToolCall call) {
    return new Message(Role.ASSISTANT, "", List.of(call));
  }
}
