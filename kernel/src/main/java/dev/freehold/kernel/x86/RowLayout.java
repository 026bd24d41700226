package dev.freehold.kernel.x86;

/// The layouts of GGUF whose rows are read where they are; `BlockFormat` says what their bytes
/// mean.
public enum RowLayout {
  Q4_0(18, 1, Int8Tile.Ending.OFFSET, 8),
  Q4_1(20, 1, Int8Tile.Ending.MINIMUM, 0),
  Q5_0(22, 1, Int8Tile.Ending.OFFSET, 16),
  Q5_1(24, 1, Int8Tile.Ending.MINIMUM, 0),
  Q8_0(34, 1, Int8Tile.Ending.OFFSET, 128),
  IQ4_NL(18, 1, Int8Tile.Ending.OFFSET, 128),
  MXFP4(17, 1, Int8Tile.Ending.OFFSET, 12),
  Q3_K(110, 8, Int8Tile.Ending.HALVES, 4),
  Q4_K(144, 8, Int8Tile.Ending.MINIMUM, 0),
  Q5_K(176, 8, Int8Tile.Ending.MINIMUM, 0),
  Q6_K(210, 8, Int8Tile.Ending.HALVES, 32),
  IQ4_XS(136, 8, Int8Tile.Ending.HALVES, 128);

  private final int bytes;
  private final int sharing;
  private final Int8Tile.Ending ending;
  private final int offset;

  RowLayout(int bytes, int sharing, Int8Tile.Ending ending, int offset) {
    this.bytes = bytes;
    this.sharing = sharing;
    this.ending = ending;
    this.offset = offset;
  }

  /// Blocks of 32 that share a scale, and come together.
  public int sharing() {
    return sharing;
  }

  /// How sums of its weights end.
  public Int8Tile.Ending ending() {
    return ending;
  }

  /// What is added to each weight, so that none is negative.
  public int offset() {
    return offset;
  }

  /// Bytes of the blocks that come together.
  int bytes() {
    return bytes;
  }

  /// Bytes of a stretch of blocks in a row.
  int stretchBytes() {
    return bytes * Int8Scales.BLOCKS / sharing;
  }
}
