package dev.freehold.server.wire;

import dev.freehold.chat.ChatBackend;
import dev.freehold.chat.ChatEvent;
import dev.freehold.chat.ChatRequest;
import dev.freehold.chat.FinishReason;
import dev.freehold.server.Exchange;

/// Has a backend answer an exchange.
public final class Asking {
  private Asking() {}

  /// Asks, hands the events to `parts`, and returns how the answer ended.
  ///
  /// @throws dev.freehold.chat.ChatException where the request cannot be answered or the answer
  ///   breaks off
  /// @throws dev.freehold.server.ServerException where it was cancelled
  public static ChatEvent.Finished answer(
      Exchange exchange, ChatBackend backend, ChatRequest request, AnswerParts parts) {
    backend.answer(
        exchange.handled(request),
        event -> {
          if (event instanceof ChatEvent.Served served) {
            exchange.served(served);
          }
          parts.accept(event);
        },
        exchange.cancellation());
    return switch (parts.end().orElseThrow(Asking::endless)) {
      case ChatEvent.Finished finished when finished.reason() != FinishReason.CANCELLED -> finished;
      case ChatEvent.Finished finished -> throw exchange.cancelled();
      case ChatEvent.Failed failed -> throw failed.failure();
      default -> throw endless();
    };
  }

  private static IllegalStateException endless() {
    return new IllegalStateException("the backend returned before the end of its answer");
  }
}
