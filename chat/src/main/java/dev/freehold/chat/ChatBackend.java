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

  /// The text of the answer to a request.
  ///
  /// @throws ChatException where the request cannot be answered, or the answer breaks off
  default String text(ChatRequest request) {
    StringBuilder text = new StringBuilder();
    answer(
        request,
        event -> {
          if (event instanceof ChatEvent.TextDelta delta) {
            text.append(delta.text());
          } else if (event instanceof ChatEvent.Failed failed) {
            throw failed.failure();
          }
        },
        new Cancellation());
    return text.toString();
  }
}
