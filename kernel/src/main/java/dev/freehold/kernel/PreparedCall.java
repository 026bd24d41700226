package dev.freehold.kernel;

import java.lang.foreign.MemorySegment;

/// Up to four groups of interleaved rows and the token they are multiplied with; reused, so that
/// nothing is allocated.
final class PreparedCall {
  static final int GROUPS = 4;

  /// Numbers that kernels need in every lane. Not constants: the compiler would load them at each
  /// use instead of keeping a vector of them.
  final int mantissaMask;

  final int exponent;
  final int nibbleMask;
  final int highMask;

  PreparedLayout layout = PreparedLayout.Q8_0;
  MemorySegment weights = MemorySegment.NULL;

  /// Where the first group begins.
  long offset;

  /// Blocks of a row.
  int blocks;

  Activations x = IntegerMatrix.NOTHING;
  int token;

  private final long[] deltas = new long[GROUPS];

  PreparedCall() {
    mantissaMask = 0xff << 15;
    exponent = Float.floatToRawIntBits(256);
    nibbleMask = 0x000f000f;
    highMask = 0x00300030;
  }

  /// Takes these groups, which follow each other; the last one stands for those that are not there.
  void select(long newOffset, long groupBytes, int groups) {
    offset = newOffset;
    for (int g = 0; g < GROUPS; g++) {
      deltas[g] = Math.min(g, groups - 1) * groupBytes;
    }
  }

  /// Where group g begins, counted from the first.
  long delta(int group) {
    return deltas[group];
  }
}
