package dev.freehold.gateway;

import java.util.SplittableRandom;

/// The time of tests that measure none.
public final class FastClock {
  public static final Time TIME = new SimulatedTime(new SplittableRandom(0));

  private FastClock() {}
}
