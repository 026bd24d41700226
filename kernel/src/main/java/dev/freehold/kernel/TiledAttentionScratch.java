package dev.freehold.kernel;

/// One worker's memory for [TiledAttention].
final class TiledAttentionScratch {
  final ProductScratch product = new ProductScratch();
  final float[] lanes = new float[32];

  /// Largest score and sum of exponentials of a tile's rows.
  final float[] max = new float[ProductTile.ROWS];

  final float[] sum = new float[ProductTile.ROWS];

  float[] keysTransposed = {};
  float[] valuesTransposed = {};
  float[] keys = {};
  float[] values = {};
  float[] queries = {};
  float[] dy = {};
  float[] outputs = {};

  /// Rows of scores, then of weights; and of what becomes the factors c.
  float[] weights = {};

  float[] factors = {};

  /// A tile of zeros.
  float[] zeros = {};

  /// Gradients of a group's queries, of a block's keys and of its values, after a tile of zeros
  /// each; they stand tile by tile.
  float[] dq = {};

  float[] dk = {};
  float[] dv = {};

  /// Where the sums of a block's queries begin.
  int dqAt;

  /// Where the rows of a tile stand in them, and how far apart.
  int scoresAt;

  int scoresStride;

  /// @param block positions of a block
  /// @param positions the same, padded to whole panels
  /// @param valueDim padded to whole panels
  /// @param tile floats of a tile
  void reserveForward(int block, int positions, int keyDim, int valueDim, int tile) {
    zeros = ProductScratch.atLeast(zeros, tile);
    keysTransposed = ProductScratch.atLeast(keysTransposed, positions * keyDim);
    values = ProductScratch.atLeast(values, block * valueDim);
    weights = ProductScratch.atLeast(weights, ProductTile.ROWS * positions);
    outputs = ProductScratch.atLeast(outputs, ProductTile.ROWS * valueDim);
  }

  /// The same for the gradient, keyDim padded too.
  void reserveGradient(int block, int positions, int keyDim, int valueDim, int tile) {
    zeros = ProductScratch.atLeast(zeros, tile);
    keysTransposed = ProductScratch.atLeast(keysTransposed, positions * keyDim);
    valuesTransposed = ProductScratch.atLeast(valuesTransposed, positions * valueDim);
    keys = ProductScratch.atLeast(keys, block * keyDim);
    queries = ProductScratch.atLeast(queries, block * keyDim);
    dy = ProductScratch.atLeast(dy, block * valueDim);
    weights = ProductScratch.atLeast(weights, (block + ProductTile.ROWS) * positions);
    factors = ProductScratch.atLeast(factors, (block + ProductTile.ROWS) * positions);
  }

  /// @param heads heads of a group
  /// @param headFloats sums of a head's queries
  /// @param keyFloats sums of a block's keys
  /// @param valueFloats sums of a block's values
  void reserveSums(int heads, int headFloats, int keyFloats, int valueFloats) {
    dq = ProductScratch.atLeast(dq, Math.addExact(zeros.length, heads * headFloats));
    dk = ProductScratch.atLeast(dk, zeros.length + keyFloats);
    dv = ProductScratch.atLeast(dv, zeros.length + valueFloats);
  }

  long bytes() {
    long floats =
        (long) keysTransposed.length
            + valuesTransposed.length
            + keys.length
            + values.length
            + queries.length
            + dy.length
            + outputs.length
            + zeros.length
            + dq.length
            + dk.length
            + dv.length
            + weights.length
            + factors.length;
    return floats * Float.BYTES;
  }
}
