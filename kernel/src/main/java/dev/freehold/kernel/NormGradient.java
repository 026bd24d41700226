package dev.freehold.kernel;

/// The arguments of one gradient of RMSNorm; set per call, so that none is allocated.
final class NormGradient {
  private static final Rows NOTHING = new Rows(new float[0], 0, 0);

  Rows x = NOTHING;
  Rows dy = NOTHING;
  Rows dx = NOTHING;
  Norm norm = new Norm(1, new float[0], 0);
  Write write = Write.SET;

  /// Groups of all rows.
  int items;

  /// Sums of the weights' gradient, n floats per block of [Products#BLOCK] items; empty where the
  /// norm has no weights.
  float[] sums = {};

  int xAt(int item) {
    return x.at(item / norm.groups()) + item % norm.groups() * norm.n();
  }

  int dyAt(int item) {
    return dy.at(item / norm.groups()) + item % norm.groups() * norm.n();
  }

  int dxAt(int item) {
    return dx.at(item / norm.groups()) + item % norm.groups() * norm.n();
  }

  int endOf(int block) {
    return Math.min(items, (block + 1) * Products.BLOCK);
  }

  /// Lets go of the arrays.
  void clear() {
    x = NOTHING;
    dy = NOTHING;
    dx = NOTHING;
  }
}
