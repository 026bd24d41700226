package dev.freehold.chat;

/// Why an answer ended.
public enum FinishReason {
  /// The model wrote an end mark.
  END,
  /// The model wrote an end mark after it had called tools.
  TOOL_CALLS,
  /// A stop string appeared.
  STOP_STRING,
  /// The answer has as many tokens as were asked for.
  MAX_TOKENS,
  /// The context is full.
  CONTEXT_FULL,
  /// The model, or whoever runs it, declines to answer, or to go on.
  REFUSED,
  /// Whoever asked does not want more.
  CANCELLED
}
