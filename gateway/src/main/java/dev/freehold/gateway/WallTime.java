package dev.freehold.gateway;

import dev.freehold.chat.Cancellation;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/// The machine's own time.
public final class WallTime implements Time {
  private static final Duration SLICE = Duration.ofMillis(100);

  private final InstantSource clock;

  public WallTime(InstantSource clock) {
    this.clock = clock;
  }

  @Override
  public long nanos() {
    return System.nanoTime();
  }

  @Override
  public Instant instant() {
    return clock.instant();
  }

  @Override
  public void sleep(Duration time, Cancellation cancellation) {
    long end = System.nanoTime() + time.toNanos();
    try {
      for (long left = time.toNanos(); left > 0; left = end - System.nanoTime()) {
        if (cancellation.isCancelled()) {
          return;
        }
        Thread.sleep(Duration.ofNanos(Math.min(left, SLICE.toNanos())));
      }
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      cancellation.cancel();
    }
  }
}
