package dev.freehold.kernel;

import java.lang.foreign.MemorySegment;

/// Int8 blocks of 32 values; see [Activations] for how they are made.
///
/// The arrays are also there as segments, for emitted code, so that a step allocates none.
final class Int8Blocks {
  private final byte[] integers;
  private final float[] scales;
  private final short[] halfSums;
  private final MemorySegment integersSegment;
  private final MemorySegment scalesSegment;
  private final MemorySegment halfSumsSegment;

  Int8Blocks(int count) {
    integers = new byte[Math.multiplyExact(count, Activations.BLOCK)];
    scales = new float[count];
    halfSums = new short[Math.multiplyExact(count, 2)];
    integersSegment = MemorySegment.ofArray(integers);
    scalesSegment = MemorySegment.ofArray(scales);
    halfSumsSegment = MemorySegment.ofArray(halfSums);
  }

  int count() {
    return scales.length;
  }

  /// Those of block b from 32 b on.
  byte[] integers() {
    return integers;
  }

  float[] scales() {
    return scales;
  }

  /// The sums of 16 integers each, two for a block.
  short[] halfSums() {
    return halfSums;
  }

  MemorySegment integersSegment() {
    return integersSegment;
  }

  MemorySegment scalesSegment() {
    return scalesSegment;
  }

  MemorySegment halfSumsSegment() {
    return halfSumsSegment;
  }
}
