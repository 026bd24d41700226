package dev.freehold.chat;

import java.util.List;

/// One turn of a conversation.
public sealed interface Message {
  /// What the turn says.
  List<Part> content();

  /// The role's name in the dialects of OpenAI and of chat templates.
  String role();

  /// Instructions of who runs the model.
  record System(List<Part> content) implements Message {
    public System {
      content = List.copyOf(content);
    }

    @Override
    public String role() {
      return "system";
    }
  }

  /// Instructions of who wrote the application.
  record Developer(List<Part> content) implements Message {
    public Developer {
      content = List.copyOf(content);
    }

    @Override
    public String role() {
      return "developer";
    }
  }

  /// A question or an answer of a person.
  record User(List<Part> content) implements Message {
    public User {
      content = List.copyOf(content);
    }

    @Override
    public String role() {
      return "user";
    }
  }

  /// An answer of the model.
  ///
  /// @param reasoning what the model thought before it answered; empty where it did not
  /// @param toolCalls what it asked to be called
  /// @param sealed the same thoughts as services sealed them, in their order
  record Assistant(
      List<Part> content, String reasoning, List<ToolCall> toolCalls, List<SealedThought> sealed)
      implements Message {
    public Assistant {
      content = List.copyOf(content);
      toolCalls = List.copyOf(toolCalls);
      sealed = List.copyOf(sealed);
    }

    /// Without seals.
    public Assistant(List<Part> content, String reasoning, List<ToolCall> toolCalls) {
      this(content, reasoning, toolCalls, List.of());
    }

    @Override
    public String role() {
      return "assistant";
    }
  }

  /// What a tool gave back.
  ///
  /// @param callId the [ToolCall#id] that this answers; may be empty
  /// @param name the tool's name; may be empty
  record ToolResult(List<Part> content, String callId, String name) implements Message {
    public ToolResult {
      content = List.copyOf(content);
    }

    @Override
    public String role() {
      return "tool";
    }
  }

  static Message system(String text) {
    return new System(List.of(new Part.Text(text)));
  }

  static Message user(String text) {
    return new User(List.of(new Part.Text(text)));
  }

  static Message assistant(String text) {
    return new Assistant(List.of(new Part.Text(text)), "", List.of());
  }
}
