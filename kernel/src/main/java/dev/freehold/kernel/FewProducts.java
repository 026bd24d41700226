package dev.freehold.kernel;

import java.lang.foreign.MemorySegment;

/// Products of some groups of rows with a few tokens, as [MachineWeights#multiplyFew] takes them;
/// one worker's, used again.
final class FewProducts {
  /// The first token and how many.
  int token;

  int tokens;

  /// The first row, with which a group begins, and how many groups.
  int row;

  int groups;

  /// Where the sums of all tokens begin; see [Activations#starts].
  MemorySegment starts = MemorySegment.NULL;

  /// Where the outputs go: 16 for each group from here on, those of a token `stride` after the
  /// token's before.
  Rows out = IntegerMatrix.NOTHING.values();

  int at;
}
