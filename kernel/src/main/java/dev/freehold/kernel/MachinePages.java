package dev.freehold.kernel;

import dev.freehold.kernel.x86.CodeException;
import dev.freehold.kernel.x86.LinuxMemory;
import java.lang.foreign.MemorySegment;

/// Pages of mapped files that emitted code is about to read.
final class MachinePages {
  private static final long BYTES = 4096;

  private MachinePages() {}

  /// Has the system read and map all pages of a segment outside the heap.
  ///
  /// @return whether it did; if not, a page may be lost, or the system may not know how
  static boolean populate(MemorySegment data) {
    long begin = data.address() & -BYTES;
    try {
      LinuxMemory.populate(begin, data.address() + data.byteSize() - begin);
      return true;
    } catch (CodeException refused) {
      return false;
    }
  }
}
