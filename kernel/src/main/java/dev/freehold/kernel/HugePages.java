package dev.freehold.kernel;

import dev.freehold.kernel.x86.CodeException;
import dev.freehold.kernel.x86.LinuxMemory;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Optional;

/// Memory for which the system is asked to use huge pages, where it has any.
///
/// With pages of 4 KB a processor spends much of a long read on finding out where pages lie.
final class HugePages {
  /// Bytes of a huge page of x86-64.
  static final long BYTES = 2L << 20;

  private HugePages() {}

  /// Zeroed memory that begins with a page and takes room only as it is written to; empty where
  /// this system is not one that machine code is written for, or gives none.
  ///
  /// @param bytes a multiple of [#BYTES]
  /// @param arena whose end is the memory's
  static Optional<MemorySegment> map(long bytes, Arena arena) {
    if (MachineSupport.here().reason().isPresent()) {
      return Optional.empty();
    }
    long mapped = bytes + BYTES;
    long address;
    try {
      address = LinuxMemory.map(mapped, LinuxMemory.READ | LinuxMemory.WRITE, false);
    } catch (CodeException refused) {
      return Optional.empty();
    }
    long begin = (address + BYTES - 1) & -BYTES;
    advise(begin, bytes);
    MemorySegment memory =
        MemorySegment.ofAddress(address).reinterpret(mapped, arena, HugePages::unmap);
    return Optional.of(memory.asSlice(begin - address, bytes));
  }

  private static void advise(long begin, long bytes) {
    try {
      LinuxMemory.adviseHugePages(begin, bytes);
    } catch (CodeException refused) {
      return; // small pages serve as well
    }
  }

  private static void unmap(MemorySegment memory) {
    LinuxMemory.unmap(memory.address(), memory.byteSize());
  }
}
