package dev.freehold.kernel;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Optional;

/// Where cache lines begin in an array on the heap.
///
/// A vector of 64 bytes that spans two lines takes twice as long to load. Java does not tell where
/// an array stands, but lets a C function see it: `memmove` of no bytes returns its destination.
/// The garbage collector may move the array afterwards, which costs speed and nothing else.
final class CacheLines {
  /// Floats of a cache line.
  static final int FLOATS = 16;

  private static final Optional<MethodHandle> MEMMOVE = memmove();

  private CacheLines() {}

  private static Optional<MethodHandle> memmove() {
    try {
      Linker linker = Linker.nativeLinker();
      FunctionDescriptor type =
          FunctionDescriptor.of(
              ValueLayout.JAVA_LONG,
              ValueLayout.ADDRESS,
              ValueLayout.ADDRESS,
              ValueLayout.JAVA_LONG);
      return linker
          .defaultLookup()
          .find("memmove")
          .map(memmove -> linker.downcallHandle(memmove, type, Linker.Option.critical(true)));
    } catch (UnsupportedOperationException | IllegalCallerException e) {
      return Optional.empty();
    }
  }

  /// The first index at which a cache line begins, at present; 0 where that cannot be found out.
  static int firstIn(float[] array) {
    if (MEMMOVE.isEmpty()) {
      return 0;
    }
    MemorySegment segment = MemorySegment.ofArray(array);
    long address;
    try {
      address = (long) MEMMOVE.get().invokeExact(segment, segment, 0L);
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new KernelException("memmove of no bytes", e);
    }
    return (int) (-address >>> 2) & FLOATS - 1;
  }
}
