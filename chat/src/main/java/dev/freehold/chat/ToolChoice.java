package dev.freehold.chat;

/// Whether the model may, must or must not call tools.
public sealed interface ToolChoice {
  /// The model decides.
  record Auto() implements ToolChoice {}

  /// It must not: the answer is text.
  record None() implements ToolChoice {}

  /// It must call at least one tool.
  record Required() implements ToolChoice {}

  /// It must call this tool.
  record Named(String tool) implements ToolChoice {}

  ToolChoice AUTO = new Auto();
}
