package dev.freehold.kernel;

import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// An emitted kernel that is asked for when it is first called, by whatever thread.
final class EmittedKernel {
  private final List<Object> key;
  private final Supplier<byte[]> code;
  private @Nullable MemorySegment entry;

  /// @param key its generator and the generator's arguments
  EmittedKernel(List<Object> key, Supplier<byte[]> code) {
    this.key = key;
    this.code = code;
  }

  /// Where it begins.
  MemorySegment entry() {
    MemorySegment present = entry;
    if (present == null) {
      present = MachineKernels.all().get(key, code);
      entry = present;
    }
    return present;
  }
}
