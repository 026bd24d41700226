package dev.freehold.hub.pull;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/// An attempt that failed in a way that another one may not: a server that is busy or out of order.
final class FailedAttempt extends IOException {
  private static final long serialVersionUID = 1L;

  private final transient Optional<Duration> requestedWait;

  /// @param requestedWait what the server asks to wait before the next attempt
  FailedAttempt(String message, Optional<Duration> requestedWait) {
    super(message);
    this.requestedWait = requestedWait;
  }

  Optional<Duration> requestedWait() {
    return requestedWait;
  }
}
