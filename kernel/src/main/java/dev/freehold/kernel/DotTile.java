package dev.freehold.kernel;

/// The innermost loops of [DotProduct]: four rows of inputs by six rows of weights, each pair
/// summed in the 16 lanes of one vector.
interface DotTile {
  int LANES = 16;

  /// Rows of inputs of a tile.
  int ROWS = 4;

  /// Rows of weights of a tile, which are columns of outputs.
  int COLUMNS = 6;

  /// Packs one panel, from `to` on: `count` rows of `k` floats, `source.stride()` apart. What the
  /// panel's other rows hold is undefined.
  void pack(Rows source, int row, int count, int k, DotPanels panels, int to);

  /// Sums a tile's lanes over all vectors of the panels, of which that of the inputs begins at
  /// `inputsAt`.
  void multiply(DotScratch scratch, int inputsAt);

  /// Joins the lanes of each output by the tree 8-4-2-1 and writes the outputs of `rows` rows and
  /// `columns` columns, from column `column` of row `row` on.
  void join(DotScratch scratch, Rows y, int row, int column, int rows, int columns);
}
