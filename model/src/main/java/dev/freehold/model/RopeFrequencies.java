package dev.freehold.model;

import dev.freehold.kernel.RopeTable;

/// Radians per position of each rotated pair, in double by StrictMath.
final class RopeFrequencies {
  private RopeFrequencies() {}

  static RopeTable table(Positions.Rotary rotary, int maxTokens) {
    return new RopeTable(of(rotary), magnitude(rotary.scaling()), maxTokens);
  }

  private static double magnitude(Positions.Scaling scaling) {
    return switch (scaling) {
      case Positions.Scaling.Yarn yarn -> yarn.magnitude();
      case Positions.Scaling.Factors factors -> factors.magnitude();
      case Positions.Scaling.None none -> 1;
      case Positions.Scaling.Linear linear -> 1;
      case Positions.Scaling.Llama3 llama3 -> 1;
      case Positions.Scaling.Proportional proportional -> 1;
    };
  }

  static double[] of(Positions.Rotary rotary) {
    double[] frequencies = new double[rotary.pairs()];
    for (int i = 0; i < frequencies.length; i++) {
      frequencies[i] = StrictMath.pow(rotary.base(), -2.0 * i / rotary.dims());
    }
    switch (rotary.scaling()) {
      case Positions.Scaling.None none -> {}
      case Positions.Scaling.Linear linear -> {
        for (int i = 0; i < frequencies.length; i++) {
          frequencies[i] /= linear.factor();
        }
      }
      case Positions.Scaling.Llama3 llama3 -> scale(frequencies, llama3);
      case Positions.Scaling.Yarn yarn -> scale(frequencies, rotary, yarn);
      case Positions.Scaling.Factors factors -> {
        if (factors.factors().size() != frequencies.length) {
          throw new ModelException(
              "rope factors: expected %d, found %d"
                  .formatted(frequencies.length, factors.factors().size()));
        }
        for (int i = 0; i < frequencies.length; i++) {
          frequencies[i] /= factors.factors().get(i);
        }
      }
      case Positions.Scaling.Proportional proportional -> {
        for (int i = proportional.rotatedPairs(); i < frequencies.length; i++) {
          frequencies[i] = 0;
        }
      }
    }
    return frequencies;
  }

  /// Wavelengths above `original / low` are divided by the factor, those below `original / high`
  /// kept.
  private static void scale(double[] frequencies, Positions.Scaling.Llama3 llama3) {
    for (int i = 0; i < frequencies.length; i++) {
      double turns = llama3.originalContext() * frequencies[i] / (2 * Math.PI);
      double smooth = (turns - llama3.lowFactor()) / (llama3.highFactor() - llama3.lowFactor());
      double kept = Math.clamp(smooth, 0, 1);
      frequencies[i] = frequencies[i] * kept + frequencies[i] / llama3.factor() * (1 - kept);
    }
  }

  private static void scale(
      double[] frequencies, Positions.Rotary rotary, Positions.Scaling.Yarn yarn) {
    double low = pairAtTurns(rotary, yarn, yarn.betaFast());
    double high = pairAtTurns(rotary, yarn, yarn.betaSlow());
    if (yarn.truncate()) {
      low = Math.floor(low);
      high = Math.ceil(high);
    }
    low = Math.max(low, 0);
    high = Math.min(high, rotary.dims() - 1);
    double width = Math.max(high - low, 0.001);
    for (int i = 0; i < frequencies.length; i++) {
      double interpolated = Math.clamp((i - low) / width, 0, 1);
      frequencies[i] =
          frequencies[i] / yarn.factor() * interpolated + frequencies[i] * (1 - interpolated);
    }
  }

  /// The pair, as a fraction, that turns `turns` times within the original context.
  private static double pairAtTurns(
      Positions.Rotary rotary, Positions.Scaling.Yarn yarn, double turns) {
    return rotary.dims()
        * StrictMath.log(yarn.originalContext() / (turns * 2 * Math.PI))
        / (2 * StrictMath.log(rotary.base()));
  }
}
