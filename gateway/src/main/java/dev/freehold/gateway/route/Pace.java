package dev.freehold.gateway.route;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/// How soon targets gave their first token lately: a moving average in which each answer counts a
/// fifth.
public final class Pace {
  private static final double SHARE = 0.2;
  private static final int MAX_TARGETS = 10_000;

  private final Map<String, Double> nanos = new HashMap<>();

  public synchronized void first(Target target, Duration time) {
    if (nanos.size() < MAX_TARGETS || nanos.containsKey(target.id())) {
      nanos.merge(target.id(), (double) time.toNanos(), (old, now) -> old + SHARE * (now - old));
    }
  }

  /// A target that was never asked counts as the fastest, so that it is known soon.
  synchronized double of(Target target) {
    return nanos.getOrDefault(target.id(), 0.0);
  }
}
