package dev.freehold.kernel;

/// How the outputs of a product are cut into strips of rows and groups of columns: by shape alone.
///
/// @param rows rows of outputs
/// @param stripRows rows of a strip, a multiple of [ProductTile#ROWS]
/// @param strips number of strips
/// @param columns columns of outputs
/// @param groupColumns columns of a group, a multiple of [ProductTile#columns]
record ProductCut(int rows, int stripRows, int strips, int columns, int groupColumns) {
  /// Most rows of a strip; fewer where there would be few chunks.
  static final int STRIP = 192;

  private static final int SMALL_STRIP = 96;

  /// Columns of a group where its panels are packed by each worker.
  static final int GROUP = 256;

  private static final int SMALL_GROUP = 128;

  /// Chunks that are enough to share.
  private static final int ENOUGH = 6;

  /// Large chunks, since packing them costs less, unless they are too few.
  static ProductCut of(int rows, int columns) {
    ProductCut large = of(rows, STRIP, columns, GROUP);
    if (large.chunks() >= ENOUGH) {
      return large;
    }
    ProductCut wide = of(rows, SMALL_STRIP, columns, GROUP);
    return wide.chunks() >= ENOUGH ? wide : of(rows, SMALL_STRIP, columns, SMALL_GROUP);
  }

  /// Groups of `groupColumns`, and about even strips of at most `most` rows.
  static ProductCut of(int rows, int most, int columns, int groupColumns) {
    int atLeast = (rows + most - 1) / most;
    int tiles = (rows + ProductTile.ROWS - 1) / ProductTile.ROWS;
    int stripRows = (tiles + atLeast - 1) / atLeast * ProductTile.ROWS;
    int strips = (rows + stripRows - 1) / stripRows;
    return new ProductCut(rows, stripRows, strips, columns, groupColumns);
  }

  int chunks() {
    return strips * ((columns + groupColumns - 1) / groupColumns);
  }

  int firstRow(int chunk) {
    return chunk % strips * stripRows;
  }

  int endRow(int chunk) {
    return Math.min(rows, firstRow(chunk) + stripRows);
  }

  int firstColumn(int chunk) {
    return chunk / strips * groupColumns;
  }

  int endColumn(int chunk) {
    return Math.min(columns, firstColumn(chunk) + groupColumns);
  }
}
