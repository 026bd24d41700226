package dev.freehold.kernel;

/// Weights of up to 32 rows and 8 blocks of 32 columns, unpacked for the vector kernels: the scratch
/// memory between a matrix's bytes and the products, small enough for the first cache.
///
/// The weights are float32 numbers: the integers of [IntegerBlock] (sub-scales folded in), or for
/// float32 activations the dequantized values.
final class Panel {
  static final int ROWS = 32;
  static final int BLOCKS = 8;
  static final int COLUMNS = BLOCKS * Activations.BLOCK;

  /// Element k of block b of row r, at `(b * ROWS + r) * 32 + k`.
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

  private final IntegerBlock block = new IntegerBlock();

  /// Says which part of the rows is to be held.
  void select(int newRows, int newFirstBlock, int newBlocks) {
    rows = newRows;
    firstBlock = newFirstBlock;
    blocks = newBlocks;
  }

  /// Room for one block as a format reads it.
  IntegerBlock block() {
    return block;
  }

  static int at(int block, int row) {
    return (block * ROWS + row) * Activations.BLOCK;
  }
}
