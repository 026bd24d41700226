package dev.freehold.kernel;

import java.lang.foreign.MemorySegment;

/// A group of interleaved rows and the token it is multiplied with; reused, so that nothing is
/// allocated.
final class PreparedCall {
  PreparedLayout layout = PreparedLayout.Q8_0;
  MemorySegment weights = MemorySegment.NULL;

  /// Where the group begins.
  long offset;

  /// Blocks of a row.
  int blocks;

  Activations x = IntegerMatrix.NOTHING;
  int token;
}
