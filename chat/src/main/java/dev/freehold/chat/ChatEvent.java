package dev.freehold.chat;

/// What a backend tells while it answers; the last event is [Finished] or [Failed].
public sealed interface ChatEvent {
  /// Something about the answer that a person should know.
  record Notice(String text) implements ChatEvent {}

  /// The next piece of the answer: whole characters, never empty, never taken back.
  record TextDelta(String text) implements ChatEvent {}

  /// The answer is complete.
  record Finished(FinishReason reason, Usage usage) implements ChatEvent {}

  /// The answer broke off.
  record Failed(ChatException failure) implements ChatEvent {}
}
