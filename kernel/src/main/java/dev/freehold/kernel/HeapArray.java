package dev.freehold.kernel;

import java.lang.foreign.MemorySegment;

/// The array that was asked for last, as memory for emitted code: steps work in the same arrays,
/// and none allocates.
final class HeapArray {
  private float[] array = {};
  private MemorySegment segment = MemorySegment.ofArray(array);

  MemorySegment of(float[] asked) {
    if (asked != array) {
      array = asked;
      segment = MemorySegment.ofArray(asked);
    }
    return segment;
  }
}
