package dev.freehold.eval;

import dev.freehold.chat.Usage;
import java.time.Duration;
import java.util.Optional;

/// What came of asking a backend once.
public sealed interface Answer {
  /// An answer that ended.
  ///
  /// @param wall time from the question to the end
  /// @param first time from the question to the first text or call; empty where there was neither
  record Whole(Reply reply, Usage usage, Duration wall, Optional<Duration> first)
      implements Answer {}

  /// No answer, or one that broke off.
  ///
  /// @param reason for people
  /// @param notSupported whether the backend cannot do what the request asks for
  record Broken(String reason, boolean notSupported, Duration wall) implements Answer {}

  /// Whoever runs the evaluation wants no more.
  record Stopped() implements Answer {}
}
