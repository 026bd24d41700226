package dev.freehold.gateway;

import dev.freehold.chat.Cancellation;
import java.time.Duration;
import java.time.Instant;

/// Time that goes on only when somebody waits.
final class SimulatedTime implements Time {
  private long nanos;

  void advance(Duration time) {
    nanos += time.toNanos();
  }

  @Override
  public long nanos() {
    return nanos;
  }

  @Override
  public Instant instant() {
    return Instant.EPOCH.plusNanos(nanos);
  }

  @Override
  public void sleep(Duration time, Cancellation cancellation) {
    advance(time);
  }
}
