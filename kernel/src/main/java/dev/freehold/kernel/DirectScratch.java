package dev.freehold.kernel;

/// What [DirectDot] knows of 16 rows and up to 16 blocks between its steps: products that are not
/// joined yet, and scales.
final class DirectScratch {
  static final int ROWS = 16;
  static final int BLOCKS = 64;

  /// Four sums for each row of block b, from `b * ROWS * 4` on, in the order that the kernel joins
  /// them in.
  final float[] products = new float[BLOCKS * ROWS * 4];

  /// Float16 scale of row r in block b, at `b * ROWS + lane(r)`; the same holds for the arrays
  /// below.
  final short[] halves = new short[BLOCKS * ROWS];

  final short[] minHalves = new short[BLOCKS * ROWS];
  final float[] scales = new float[BLOCKS * ROWS];
  final float[] minScales = new float[BLOCKS * ROWS];

  /// Sub-scales and minimums of four blocks, a byte each; row r of block b at `b / 4 * ROWS +
  /// lane(r)`.
  final int[] factors = new int[BLOCKS / 4 * ROWS];

  final int[] minimums = new int[BLOCKS / 4 * ROWS];

  /// Sub-scales of half blocks, two for each block of a row, at `lane(r) * 2 * BLOCKS + 2 * b`.
  final float[] halfFactors = new float[ROWS * 2 * BLOCKS];

  /// What the weights are stored with in addition to their values.
  float offset;

  /// Rows that are held; the others of the group are computed with it and left out.
  int rows;

  int firstBlock;
  int blocks;

  /// Where row r of the group stands among the 16 scales of a block and among the sums: the order
  /// in which joining four neighbours first leaves them.
  static int lane(int row) {
    return (row & 3) << 2 | row >> 2;
  }

  void select(int newRows, int newFirstBlock, int newBlocks) {
    rows = newRows;
    firstBlock = newFirstBlock;
    blocks = newBlocks;
  }
}
