package dev.freehold.kernel;

import dev.freehold.kernel.x86.Int8Tile;
import java.lang.foreign.MemorySegment;

/// The weights of a [MachineMatrix], in groups of 16 rows: interleaved, or in a file's own layout.
interface MachineWeights {
  int ROWS = 16;

  /// How a sum of products becomes a summand.
  Int8Tile.Ending ending();

  /// What multiplies them when they are unpacked.
  MachineKernels.Tiles tiles();

  /// What is added to each weight, so that emitted code reads none that is negative.
  int offset();

  /// All bytes.
  MemorySegment data();

  /// Where a group begins that begins with this row, or the matrix ends.
  long start(int row);

  /// Says how the weights and scales of a chunk's stretches are made ready for [Int8Tile], and
  /// where they then lie.
  ///
  /// @param row the chunk's first; those of chunks alike are alike
  /// @param groups 1 or 2
  void plan(ChunkPlan plan, MachineScratch scratch, int row, int groups);

  /// Most tokens that are multiplied by [#multiplyFew].
  int fewTokens();

  /// Groups and tokens that [#multiplyFew] takes at once.
  int fewGroups();

  int tokensAtOnce();

  /// Products of a few groups with a few tokens, into the scratch's sums: those of a token are
  /// `fewGroups() * ROWS` after the token's before.
  void multiplyFew(
      MachineScratch scratch, Activations x, int token, int tokens, int row, int groups);
}
