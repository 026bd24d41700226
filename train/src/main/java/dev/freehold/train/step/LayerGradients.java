package dev.freehold.train.step;

import dev.freehold.kernel.AttentionGradient;
import dev.freehold.kernel.Rows;

/// Working rows of the way back, shared by all layers.
final class LayerGradients {
  /// Of what a block reads, and of a block's result where a norm stands behind it.
  final Rows block;

  final Rows result;
  final Rows gated;
  final AttentionGradient attention;

  LayerGradients(int rows, int modelDim, int queryDim, int keyDim, int hidden) {
    block = Rows.allocate(rows, modelDim);
    result = Rows.allocate(rows, modelDim);
    gated = Rows.allocate(rows, hidden);
    attention =
        new AttentionGradient(
            Rows.allocate(rows, queryDim),
            Rows.allocate(rows, queryDim),
            Rows.allocate(rows, keyDim),
            Rows.allocate(rows, keyDim));
  }

  static long bytes(long rows, long modelDim, long queryDim, long keyDim, long hidden) {
    return Float.BYTES * rows * (2 * modelDim + 2 * queryDim + 2 * keyDim + hidden);
  }
}
