package dev.freehold.kernel;

/// One worker's memory for [DotProduct].
final class DotScratch {
  static final int TILE = DotTile.ROWS * DotTile.COLUMNS * DotTile.LANES;

  /// A strip of inputs.
  final DotPanels inputs = new DotPanels(DotTile.ROWS, 0f);

  /// The weights of one tile.
  final DotPanels weights = new DotPanels(DotTile.COLUMNS, -0f);

  /// The lanes of a tile's outputs: vector `row * COLUMNS + column` from `first` on.
  final float[] lanes = new float[TILE + CacheLines.FLOATS];

  int first;

  /// @param panels panels of inputs
  /// @param k elements of a row
  void reserve(int panels, int k) {
    inputs.reserve(panels, k);
    weights.reserve(1, k);
    first = CacheLines.firstIn(lanes);
  }

  long bytes() {
    return Float.BYTES * ((long) inputs.values.length + weights.values.length + lanes.length);
  }
}
