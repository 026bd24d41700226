package dev.freehold.engine;

import java.time.Duration;

/// How many tokens a second an engine computes while requests wait for it, of the last minutes.
///
/// Steps of an engine that has little to do tell nothing of that: they are as short as their one
/// token.
final class Pace {
  private static final double HALF_LIFE_NANOS = 60e9;

  private double tokens;
  private double nanos;

  /// Takes note of a step that was taken while requests waited.
  void learn(int computed, long took) {
    double kept = Math.pow(0.5, took / HALF_LIFE_NANOS);
    tokens = tokens * kept + computed;
    nanos = nanos * kept + took;
  }

  /// How long so many tokens take; nothing where the pace is not known yet.
  Duration timeFor(long count) {
    return tokens == 0 ? Duration.ZERO : Duration.ofNanos((long) (count * (nanos / tokens)));
  }
}
