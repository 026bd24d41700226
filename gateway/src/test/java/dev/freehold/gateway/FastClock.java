package dev.freehold.gateway;

/// The time of tests that measure none.
public final class FastClock {
  public static final Time TIME = new SimulatedTime();

  private FastClock() {}
}
