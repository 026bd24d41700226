package dev.freehold.cli.speed;

import dev.freehold.cli.speed.MachineLimits.Stretch;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// The time of something that is done step by step, taken in stretches: limits are measured before
/// the first stretch and after each, while the clock stands, since they change within seconds.
final class Stretches {
  /// Long beside the read of a block between two stretches, and beside the time to read again what
  /// that drove out of the caches.
  private static final double LEAST_SECONDS = 0.2;

  private final LimitProbe probe;
  private final Set<Limit> measured;
  private final List<Stretch> stretches = new ArrayList<>();
  private MachineLimits before;
  private boolean running;
  private long start;

  /// @param measured limits that are to be measured around the stretches
  Stretches(LimitProbe probe, Set<Limit> measured) {
    this.probe = probe;
    this.measured = measured;
    before = probe.measure(measured);
  }

  /// Does a step. A stretch ends with the first step after its least time.
  void run(Runnable step) {
    if (!running) {
      running = true;
      start = System.nanoTime();
    }
    step.run();
    if (sinceStart() >= LEAST_SECONDS) {
      end();
    }
  }

  private double sinceStart() {
    return (System.nanoTime() - start) / 1e9;
  }

  /// Ends the stretch that runs, if one does.
  void end() {
    if (running) {
      double seconds = sinceStart();
      running = false;
      MachineLimits after = probe.measure(measured);
      stretches.add(new Stretch(seconds, before, after));
      before = after;
    }
  }

  double seconds() {
    return stretches.stream().mapToDouble(Stretch::seconds).sum();
  }

  MachineLimits limits() {
    return MachineLimits.over(stretches);
  }
}
