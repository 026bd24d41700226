package dev.freehold.eval.score;

/// How many of all, and the interval that holds the share among endless items with 95 %.
///
/// The interval is Wilson's score interval without continuity correction: with `z` the 97.5 % point
/// of the normal distribution, `(p + z^2/2n +- z sqrt(p (1 - p) / n + z^2 / 4n^2)) / (1 + z^2/n)`.
/// Source: E. B. Wilson, JASA 22 (1927), 209-212; named method 3 in R. G. Newcombe, Statistics in
/// Medicine 17 (1998), 857-872.
///
/// @param right as a count; not whole where a larger number of items is thought of
public record Share(double right, double all) {
  /// The 97.5 % point of the normal distribution.
  static final double TWO_SIDED_95 = 1.959964;

  public Share {
    if (!(all >= 0) || !(right >= 0) || right > all || Double.isInfinite(all)) {
      throw new IllegalArgumentException("no share: %s of %s".formatted(right, all));
    }
  }

  /// Whether nothing was counted, so that nothing is known.
  public boolean isEmpty() {
    return all == 0;
  }

  /// The share itself; 0 of nothing is 0.
  public double value() {
    return all == 0 ? 0 : right / all;
  }

  public double low() {
    return isEmpty() || right == 0 ? 0 : Math.max(0, center() - halfWidth());
  }

  public double high() {
    return isEmpty() || right == all ? 1 : Math.min(1, center() + halfWidth());
  }

  private double center() {
    double z = TWO_SIDED_95 * TWO_SIDED_95;
    return (right + z / 2) / (all + z);
  }

  private double halfWidth() {
    double z = TWO_SIDED_95 * TWO_SIDED_95;
    double variance = value() * (1 - value()) / all + z / (4.0 * all * all);
    return TWO_SIDED_95 * Math.sqrt(variance) / (1 + z / all);
  }

  /// The same share of another number of items.
  public Share scaledTo(double items) {
    return new Share(Math.min(items, value() * items), items);
  }
}
