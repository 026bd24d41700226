package dev.freehold.kernel.x86;

/// Where [Int8Tile] finds the float32 numbers of a stretch of blocks: by group, then by block, then
/// by region; a region holds one number for each of 16 rows.
public final class Int8Scales {
  /// Blocks of a stretch.
  public static final int BLOCKS = 16;

  public static final int SCALES = 0;

  /// Sub-scales of whole blocks, or of their first halves.
  public static final int FACTORS = 64;

  public static final int SECOND_FACTORS = 128;
  public static final int MINIMUMS = 128;

  /// What a minimum is worth, negative.
  public static final int MINIMUM_SCALES = 192;

  public static final int BLOCK_BYTES = 256;
  public static final int GROUP_BYTES = BLOCKS * BLOCK_BYTES;

  private Int8Scales() {}
}
