package dev.freehold.cli.speed;

import java.util.Arrays;

/// The middle of some numbers, the mean of the two in the middle of an even count.
public final class Median {
  private Median() {}

  public static double of(double[] values) {
    if (values.length == 0) {
      throw new IllegalArgumentException("no values");
    }
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    int n = sorted.length;
    return (sorted[(n - 1) / 2] + sorted[n / 2]) / 2;
  }
}
