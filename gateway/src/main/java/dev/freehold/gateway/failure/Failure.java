package dev.freehold.gateway.failure;

import dev.freehold.chat.ChatException;
import java.time.Duration;
import java.util.Optional;

/// How one attempt failed.
///
/// @param message what was asked, what was found and what to do; holds no key
/// @param retryAfter when the server wants to be asked again; zero where it says nothing
/// @param excess by how much the prompt is too long, where that is the failure and it is known
public record Failure(
    FailureClass type, String message, Duration retryAfter, Optional<ChatException.Excess> excess) {
  public static Failure of(FailureClass type, String message) {
    return new Failure(type, message, Duration.ZERO, Optional.empty());
  }

  public Failure withRetryAfter(Duration newRetryAfter) {
    return new Failure(type, message, newRetryAfter, excess);
  }

  /// The failure as clients of the chat module are told of it.
  public ChatException toChat() {
    if (excess.isPresent()) {
      return new ChatException(excess.get(), "", message);
    }
    return switch (type.kind()) {
      case OVERLOADED, UNAVAILABLE -> new ChatException(type.kind(), message, retryAfter);
      case INVALID_REQUEST, CONTEXT_EXCEEDED, REFUSED, MODEL_NOT_FOUND, NOT_SUPPORTED, FAILED ->
          new ChatException(type.kind(), "", message);
    };
  }
}
