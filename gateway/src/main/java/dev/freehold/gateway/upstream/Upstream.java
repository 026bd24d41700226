package dev.freehold.gateway.upstream;

import dev.freehold.chat.Cancellation;
import dev.freehold.chat.ChatEvent;
import dev.freehold.chat.ChatRequest;
import java.util.function.Consumer;

/// A server or engine that answers, or fails in a way that has a class.
public interface Upstream {
  /// Answers; the last event is [ChatEvent.Finished].
  ///
  /// @param key which of its keys to use
  /// @throws dev.freehold.gateway.failure.AttemptException where the answer cannot be given or
  ///   breaks off
  /// @throws dev.freehold.gateway.failure.CancelledException
  Answered ask(Ask ask, Secret key, Consumer<ChatEvent> events, Cancellation cancellation);

  /// One attempt.
  ///
  /// @param model as the upstream calls it
  /// @param isLast whether no other target is left
  record Ask(ChatRequest request, String model, Limits limits, boolean isLast) {}

  /// What came of it, beside the events.
  ///
  /// @param model as the upstream says it is
  /// @param isEstimated whether tokens are estimated, since the upstream did not count them
  record Answered(String model, boolean isEstimated) {}
}
