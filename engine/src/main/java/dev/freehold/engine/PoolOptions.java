package dev.freehold.engine;

import java.time.Duration;

/// How a [ModelPool] uses the machine.
///
/// @param memoryBytes what all models may take together
/// @param stateShare the part of the memory left beside a model's weights that the states of its
///   requests may take
/// @param keepAlive how long a model stays without requests; negative for ever
/// @param engine how each model is run; its memory is what the pool gives it
public record PoolOptions(
    long memoryBytes, double stateShare, Duration keepAlive, EngineOptions engine) {
  public static final Duration DEFAULT_KEEP_ALIVE = Duration.ofMinutes(5);
  public static final double DEFAULT_STATE_SHARE = 0.5;

  public PoolOptions {
    if (!(stateShare > 0 && stateShare <= 1)) {
      throw new EngineException(
          "share of the memory for states: expected above 0 up to 1, found " + stateShare);
    }
  }
}
