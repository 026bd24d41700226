package dev.freehold.kernel;

import java.lang.foreign.MemorySegment;

/// Int8 blocks of 32 values; see [Activations] for how they are made.
///
/// The arrays are also there as segments, for emitted code, so that a step allocates none.
final class Int8Blocks {
  private byte[] integers = {};
  private float[] scales = {};
  private short[] halfSums = {};
  private MemorySegment integersSegment = MemorySegment.NULL;
  private MemorySegment scalesSegment = MemorySegment.NULL;
  private MemorySegment halfSumsSegment = MemorySegment.NULL;

  Int8Blocks(int count) {
    reserve(count);
  }

  /// Makes room for `count` blocks, none of which is kept where there was too little.
  void reserve(int count) {
    if (count <= scales.length) {
      return;
    }
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
