package dev.freehold.gateway;

import dev.freehold.chat.Cancellation;
import java.time.Duration;
import java.time.Instant;

/// Time as the gateway sees it, so that a simulation can have its own.
public interface Time {
  /// Nanoseconds from some moment on; never goes back.
  long nanos();

  /// The moment by the clock on the wall.
  Instant instant();

  /// Waits, at least until the time is over or the answer is cancelled.
  void sleep(Duration time, Cancellation cancellation);
}
