package dev.freehold.kernel;

/// Products of a panel of weights with one token; lanes are elements, then rows.
interface DotKernel {
  /// Adds the panel's blocks to the sums, in ascending order, by (c) of fh1.
  ///
  /// @param sums sum of row r, at `sumsAt + r`
  void multiply(Panel panel, Activations x, int token, float[] sums, int sumsAt);
}
