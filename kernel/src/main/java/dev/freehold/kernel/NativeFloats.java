package dev.freehold.kernel;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// Memory outside the heap for emitted kernels, on a cache line, which grows when more is needed.
final class NativeFloats {
  private static final long ALIGNMENT = 64;

  private MemorySegment memory = MemorySegment.NULL;

  /// Makes room for this many floats; what was held is lost.
  void reserve(long floats) {
    if (memory.byteSize() < floats * Float.BYTES) {
      memory = Arena.ofAuto().allocate(floats * Float.BYTES, ALIGNMENT);
    }
  }

  long address() {
    return memory.address();
  }

  long bytes() {
    return memory.byteSize();
  }

  MemorySegment memory() {
    return memory;
  }
}
