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

  /// Most tokens, and groups for so many tokens, that [#multiplyFew] takes at once.
  int tokensAtOnce();

  int groupsAtOnce(int tokens);

  /// Multiplies whole groups; a last one with fewer rows has outputs for 16.
  void multiplyFew(MachineScratch scratch, Activations x, FewProducts few);
}
