package dev.freehold.model;

import dev.freehold.kernel.Kernels;
import dev.freehold.kernel.Norm;
import dev.freehold.kernel.Rows;

/// A normalization with its weights.
record NormBlock(Kernels kernels, Normalization kind, Norm norm) {
  /// Normalizes the rows of `x` into `y`.
  ///
  /// @return the rows that hold the result: `y`, or `x` where there is nothing to do
  Rows run(Rows x, Rows y, int tokens) {
    return switch (kind) {
      case Normalization.None none -> x;
      case Normalization.Rms rms -> {
        kernels.rmsNorm(x, y, tokens, norm);
        yield y;
      }
      case Normalization.Layer layer -> {
        kernels.layerNorm(x, y, tokens, norm);
        yield y;
      }
    };
  }
}
