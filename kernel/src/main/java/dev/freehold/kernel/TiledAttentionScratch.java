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

  /// Where the rows of a tile stand in them, and how far apart.
  int scoresAt;

  int scoresStride;

  /// @param block positions of a block
  /// @param positions the same, padded to whole panels
  /// @param valueDim padded to whole panels
  /// @param tile floats of a tile
  void reserveForward(int block, int positions, int keyDim, int valueDim, int tile) {
    product.reserve(0, 0, tile);
    keysTransposed = ProductScratch.atLeast(keysTransposed, positions * keyDim);
    values = ProductScratch.atLeast(values, block * valueDim);
    weights = ProductScratch.atLeast(weights, ProductTile.ROWS * positions);
    outputs = ProductScratch.atLeast(outputs, ProductTile.ROWS * valueDim);
  }

  /// The same for the gradient, keyDim padded too.
  void reserveGradient(int block, int positions, int keyDim, int valueDim, int tile) {
    product.reserve(0, 0, tile);
    keysTransposed = ProductScratch.atLeast(keysTransposed, positions * keyDim);
    valuesTransposed = ProductScratch.atLeast(valuesTransposed, positions * valueDim);
    keys = ProductScratch.atLeast(keys, block * keyDim);
    queries = ProductScratch.atLeast(queries, block * keyDim);
    dy = ProductScratch.atLeast(dy, block * valueDim);
    weights = ProductScratch.atLeast(weights, block * positions);
    factors = ProductScratch.atLeast(factors, block * positions);
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
            + weights.length
            + factors.length;
    return floats * Float.BYTES + product.bytes();
  }
}
