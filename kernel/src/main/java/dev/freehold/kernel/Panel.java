package dev.freehold.kernel;

import java.util.Arrays;

/// Weights of up to 32 rows and 8 blocks of 32 columns, unpacked for the vector kernels: the
/// scratch memory between a matrix's bytes and the products, small enough for the first cache.
///
/// The weights are float32 numbers: the integers of [IntegerBlock] (sub-scales folded in), or for
/// float32 activations the dequantized values.
final class Panel {
  static final int ROWS = 32;
  static final int BLOCKS = 8;
  static final int COLUMNS = BLOCKS * Activations.BLOCK;

  /// Element k of block b of row r, at `(b * ROWS + r) * 32 + k`; for float32 activations element k
  /// of row r, at `r * COLUMNS + k`.
  final float[] weights = new float[ROWS * COLUMNS];

  /// Scale of block b of row r, at `b * ROWS + r`; the same holds for the three below.
  final float[] scales = new float[ROWS * BLOCKS];

  final float[] minScales = new float[ROWS * BLOCKS];
  final float[] lowMinimums = new float[ROWS * BLOCKS];
  final float[] highMinimums = new float[ROWS * BLOCKS];

  /// Whether the dtype has minimums.
  boolean hasMinimums;

  /// Rows that are held.
  int rows;

  /// Number of the first block that is held, counted from the beginning of a row.
  int firstBlock;

  /// Blocks that are held.
  int blocks;

  /// Sums of a kernel's inner loops.
  final float[] partial = new float[ROWS * ActivationTiles.TOKENS];

  /// Tokens whose lanes are held.
  static final int LANE_TOKENS = 32;

  /// Sums by float32 activations: 16 lanes of row r and token t, at `(t * ROWS + r) * 16`.
  final float[] lanes = new float[LANE_TOKENS * ROWS * 16];

  private final IntegerBlock block = new IntegerBlock();

  /// Says which part of the rows is to be held.
  void select(int newRows, int newFirstBlock, int newBlocks) {
    rows = newRows;
    firstBlock = newFirstBlock;
    blocks = newBlocks;
  }

  /// Adds rows of zeros up to a multiple of 16, since kernels take rows in groups.
  void pad() {
    int padded = rows + 15 & -16;
    for (int b = 0; b < blocks; b++) {
      Arrays.fill(weights, at(b, rows), at(b, padded), 0);
      int from = b * ROWS + rows;
      int to = b * ROWS + padded;
      Arrays.fill(scales, from, to, 0);
      Arrays.fill(minScales, from, to, 0);
      Arrays.fill(lowMinimums, from, to, 0);
      Arrays.fill(highMinimums, from, to, 0);
    }
    rows = padded;
  }

  /// Room for one block as a format reads it.
  IntegerBlock block() {
    return block;
  }

  static int at(int block, int row) {
    return (block * ROWS + row) * Activations.BLOCK;
  }
}
