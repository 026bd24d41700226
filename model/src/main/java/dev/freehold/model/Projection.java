package dev.freehold.model;

import dev.freehold.kernel.Activations;
import dev.freehold.kernel.Kernels;
import dev.freehold.kernel.Matrix;
import dev.freehold.kernel.Rows;

/// A matrix with its bias, or with an empty one.
record Projection(Kernels kernels, Matrix matrix, float[] bias) {
  /// y = W x + bias, for every row.
  void run(Activations x, Rows y) {
    matrix.multiply(x, y);
    if (bias.length != 0) {
      kernels.addBias(y, x.tokens(), bias);
    }
  }

  int rows() {
    return matrix.rows();
  }
}
