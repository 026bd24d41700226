package dev.freehold.kernel;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Optional;

/// Memory for which the system is asked to use huge pages, where it has any.
///
/// With pages of 4 KB a processor spends much of a long read on finding out where pages lie.
final class HugePages {
  /// Bytes of a huge page of x86-64.
  static final long BYTES = 2L << 20;

  private static final int READ_WRITE = 3;
  private static final int PRIVATE_ANONYMOUS_UNRESERVED = 0x4022;
  private static final int HUGE = 14;

  private HugePages() {}

  /// The system's functions, found when the first is called.
  private static final class Calls {
    private static final Linker LINKER = Linker.nativeLinker();
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;

    static final MethodHandle MMAP =
        function("mmap", FunctionDescriptor.of(LONG, LONG, LONG, INT, INT, INT, LONG));
    static final MethodHandle MADVISE =
        function("madvise", FunctionDescriptor.of(INT, LONG, LONG, INT));
    static final MethodHandle MUNMAP = function("munmap", FunctionDescriptor.of(INT, LONG, LONG));

    private static MethodHandle function(String name, FunctionDescriptor type) {
      return LINKER.downcallHandle(LINKER.defaultLookup().findOrThrow(name), type);
    }
  }

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
    try {
      long address =
          (long)
              Calls.MMAP.invokeExact(0L, mapped, READ_WRITE, PRIVATE_ANONYMOUS_UNRESERVED, -1, 0L);
      if (address == -1) {
        return Optional.empty();
      }
      long begin = (address + BYTES - 1) & -BYTES;
      // A refusal leaves small pages, which serve as well.
      int refused = (int) Calls.MADVISE.invokeExact(begin, bytes, HUGE);
      assert refused <= 0;
      MemorySegment memory =
          MemorySegment.ofAddress(address).reinterpret(mapped, arena, HugePages::unmap);
      return Optional.of(memory.asSlice(begin - address, bytes));
    } catch (Throwable e) {
      throw failed(e);
    }
  }

  private static void unmap(MemorySegment memory) {
    try {
      int refused = (int) Calls.MUNMAP.invokeExact(memory.address(), memory.byteSize());
      assert refused == 0;
    } catch (Throwable e) {
      throw failed(e);
    }
  }

  private static KernelException failed(Throwable e) {
    return new KernelException("memory of huge pages", e);
  }
}
