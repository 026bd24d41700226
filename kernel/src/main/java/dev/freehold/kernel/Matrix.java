package dev.freehold.kernel;

import dev.freehold.tensor.Dtype;

/// A weight matrix with the kernel that was chosen for it.
public interface Matrix {
  /// Outputs N.
  int rows();

  /// Inputs K.
  int columns();

  Dtype dtype();

  /// Name of the kernel that multiplies it.
  String kernel();

  /// y[t, n] = sum over k of x[t, k] w[n, k], for every row t of `x`.
  ///
  /// Order of summation: (a) of fh1 for f32 activations, (c) for int8 activations; each output has
  /// the same bits whatever the number of rows.
  void multiply(Activations x, Rows y);
}
