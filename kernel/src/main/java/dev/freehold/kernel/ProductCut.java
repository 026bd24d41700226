package dev.freehold.kernel;

/// How the outputs of a product are cut into strips of rows and groups of columns: by shape alone.
///
/// @param rows rows of outputs
/// @param stripRows rows of a strip, a multiple of [ProductTile#ROWS]
/// @param strips number of strips
/// @param columns columns of outputs
/// @param groupColumns columns of a group, a multiple of [ProductTile#columns]
record ProductCut(int rows, int stripRows, int strips, int columns, int groupColumns) {
  /// Most rows of a strip.
  static final int STRIP = 96;

  static ProductCut of(int rows, int columns, int groupColumns) {
    int atLeast = (rows + STRIP - 1) / STRIP;
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
