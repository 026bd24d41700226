package dev.freehold.train.step;

import dev.freehold.train.TrainException;

/// How the learning rate changes over the steps of a run, as a factor of its peak; in double, by
/// the four operations and StrictMath.
public sealed interface Schedule {
  /// The factor of step `step`, counted from 1, of a run of `steps`.
  double factor(long step, long steps);

  /// Linear warm-up, constant, linear decay to `floor` over the last steps.
  ///
  /// Source: Hu et al., MiniCPM (2024).
  ///
  /// @param warmup steps of the warm-up
  /// @param decay steps of the decay
  record WarmupStableDecay(long warmup, long decay, double floor) implements Schedule {
    public WarmupStableDecay {
      check(warmup, floor);
      if (decay < 0) {
        throw new TrainException("schedule: decay of " + decay + " steps");
      }
    }

    @Override
    public double factor(long step, long steps) {
      if (step <= warmup) {
        return (double) step / warmup;
      }
      long left = steps - step;
      return left >= decay ? 1 : floor + (1 - floor) * ((double) left / decay);
    }
  }

  /// Linear warm-up, then half a cosine down to `floor`.
  ///
  /// Source: Loshchilov and Hutter, SGDR (2017).
  ///
  /// @param warmup steps of the warm-up
  record Cosine(long warmup, double floor) implements Schedule {
    public Cosine {
      check(warmup, floor);
    }

    @Override
    public double factor(long step, long steps) {
      if (step <= warmup) {
        return (double) step / warmup;
      }
      double passed = (double) (step - warmup) / Math.max(1, steps - warmup);
      return floor + (1 - floor) * 0.5 * (1 + StrictMath.cos(Math.PI * passed));
    }
  }

  private static void check(long warmup, double floor) {
    if (warmup < 0 || !(floor >= 0 && floor <= 1)) {
      throw new TrainException(
          "schedule: expected a warm-up from 0 steps on and a floor of 0 to 1, found %d and %s"
              .formatted(warmup, floor));
    }
  }
}
