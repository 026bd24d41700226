package dev.freehold.kernel;

/// The complementary error function and the normal distribution in double, to judge float32 by.
///
/// Below 2 by the power series of erf, above by the continued fraction of erfc (Abramowitz and
/// Stegun, 7.1.5 and 7.1.14).
final class NormalDistribution {
  private NormalDistribution() {}

  /// erf of x not below zero.
  static double erf(double x) {
    if (x >= 2) {
      return 1 - erfc(x);
    }
    double term = x;
    double sum = 0;
    for (int k = 0; Math.abs(term) > 1e-19 * Math.abs(sum); k++) {
      sum += term / (2 * k + 1);
      term *= -x * x / (k + 1);
    }
    return 2 / Math.sqrt(Math.PI) * sum;
  }

  /// erfc of x not below zero.
  static double erfc(double x) {
    if (x < 2) {
      return 1 - erf(x);
    }
    double fraction = 0;
    for (int k = 80; k >= 1; k--) {
      fraction = k / 2.0 / (x + fraction);
    }
    return StrictMath.exp(-x * x) / Math.sqrt(Math.PI) / (x + fraction);
  }

  /// The probability of a normal deviate below x.
  static double cumulative(double x) {
    double tail = 0.5 * erfc(Math.abs(x) / Math.sqrt(2));
    return x < 0 ? tail : 1 - tail;
  }
}
