package dev.freehold.kernel;

/// The innermost loops of [TiledProducts]: six rows of outputs by one panel of columns.
///
/// A panel holds [#columns] columns of the right factor, element `[j, c]` at `j * columns + c`.
interface ProductTile {
  /// Rows of a tile.
  int ROWS = 6;

  /// Most columns of a tile, over all widths of vectors.
  int MOST_COLUMNS = 64;

  /// Columns of a tile.
  int columns();

  /// Copies `count` rows of `panels` times [#columns] floats, `stride` apart, into panels,
  /// `panelStride` apart.
  void copy(
      float[] source,
      int at,
      int stride,
      int count,
      int panels,
      float[] to,
      int toAt,
      int panelStride);

  /// Packs `count` rows of `rows` floats, `stride` apart, as the left factor's panels: float i of
  /// row j goes to `i / ROWS * panelStride + j * ROWS + i mod ROWS`. What stands in the 16 floats
  /// after a panel may change; panels are filled row by row.
  void copyLeft(
      float[] source, int at, int stride, int count, int rows, float[] to, int panelStride);

  /// One chain per output: `sum_j a(i, j) * b[j, c]` over `count` indices in ascending order, with
  /// `a(i, j) = a[aAt + min(i, scratch.lastRow) * scratch.rowStep + j]`, going on from the sums at
  /// `scratch.startAt`. The sums take in the `merges` tiles that stand before `sumsAt` in
  /// `scratch.sums`, last one first, each by `tile + sum`, and go to `scratch.out`, all six rows.
  void multiply(
      ProductScratch scratch,
      float[] a,
      float[] b,
      int aAt,
      int bAt,
      int count,
      int sumsAt,
      int merges);

  /// The same with `a(i, j) = a[aAt + j * scratch.step + i]`, of which all six rows are read.
  void multiplyPacked(
      ProductScratch scratch,
      float[] a,
      float[] b,
      int aAt,
      int bAt,
      int count,
      int sumsAt,
      int merges);
}
