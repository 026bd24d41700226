package dev.freehold.chat;

import java.util.function.Consumer;

/// Whoever answers requests: an engine in this process, another server, a router over several.
public interface ChatBackend {
  /// Answers a request and returns when the answer has ended.
  ///
  /// Events come in order on the caller's thread. A cancelled answer ends within one step, with
  /// [FinishReason#CANCELLED].
  ///
  /// @throws ChatException where the request cannot be answered; there was no event then
  void answer(ChatRequest request, Consumer<ChatEvent> events, Cancellation cancellation);
}
