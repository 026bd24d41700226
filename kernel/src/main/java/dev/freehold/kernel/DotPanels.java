package dev.freehold.kernel;

/// Rows packed for [DotTile]: panels of some rows whose vectors of 16 lanes take turns.
///
/// Vector j of row r of a panel of R rows stands at `(j R + r) * 16` of the panel. The elements
/// that fill the last vector of a row are such that a product of two of them changes no sum.
final class DotPanels {
  /// Rows of a panel.
  final int rows;

  /// What fills the last vector of a row: 0 in one factor and -0 in the other, since adding -0
  /// leaves both zeros what they are.
  final float fill;

  float[] values = {};

  /// Where the first panel begins: on a cache line, if that can be had.
  int first;

  /// Vectors of a row.
  int vectors;

  DotPanels(int rows, float fill) {
    this.rows = rows;
    this.fill = fill;
  }

  /// Makes room for `panels` panels of rows of `k` elements; what was held is lost.
  void reserve(int panels, int k) {
    vectors = (k + DotTile.LANES - 1) / DotTile.LANES;
    long floats = (long) panels * panelFloats() + CacheLines.FLOATS;
    values = ProductScratch.atLeast(values, Math.toIntExact(floats));
    first = CacheLines.firstIn(values);
  }

  /// Floats of a panel.
  int panelFloats() {
    return rows * vectors * DotTile.LANES;
  }
}
