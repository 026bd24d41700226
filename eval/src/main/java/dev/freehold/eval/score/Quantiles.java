package dev.freehold.eval.score;

import java.util.Arrays;

/// Quantiles of measured values: the least value with at least that share of all at or below it.
public final class Quantiles {
  private final double[] sorted;

  public Quantiles(double[] values) {
    this.sorted = values.clone();
    Arrays.sort(sorted);
  }

  public boolean isEmpty() {
    return sorted.length == 0;
  }

  /// @param share above 0 and at most 1
  public double at(double share) {
    if (isEmpty()) {
      throw new IllegalStateException("there is no value");
    }
    int rank = (int) Math.ceil(share * sorted.length);
    return sorted[Math.clamp(rank - 1, 0, sorted.length - 1)];
  }
}
