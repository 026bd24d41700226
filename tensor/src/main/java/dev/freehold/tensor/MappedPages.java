package dev.freehold.tensor;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;

/// Reads of mapped memory that a truncated file turns into an `InternalError`, not a crash.
final class MappedPages {
  /// The smallest page of the processors that are supported.
  private static final long PAGE_BYTES = 4096;

  private static final VarHandle BYTE = ValueLayout.JAVA_BYTE.varHandle();

  private MappedPages() {}

  /// Reads one byte of each page; volatile, so that no read is optimised away or made a vector's.
  ///
  /// @throws InternalError where a page has no bytes behind it
  static void touch(MemorySegment bytes) {
    for (long at = 0; at < bytes.byteSize(); at += PAGE_BYTES) {
      byte _ = (byte) BYTE.getVolatile(bytes, at);
    }
    if (bytes.byteSize() > 0) {
      byte _ = (byte) BYTE.getVolatile(bytes, bytes.byteSize() - 1);
    }
  }
}
