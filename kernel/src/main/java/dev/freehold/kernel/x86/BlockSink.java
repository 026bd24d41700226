package dev.freehold.kernel.x86;

/// What a kernel does with the blocks that [RowBlocks] reads; blocks are counted from the first of
/// those that come together.
interface BlockSink {
  /// A vector of weights: byte j of a row's four is that of column `4 i + j` of the block.
  void weights(int block, int i, Vec weights);

  /// A number for each row, in a region of [Int8Scales]; it comes before the block's weights.
  void number(int block, int region, Vec number);

  /// All of the block's weights were handed over. Blocks end in ascending order, but those of Q6_K
  /// in the order 0, 2, 1, 3 of each four.
  void end(int block);
}
