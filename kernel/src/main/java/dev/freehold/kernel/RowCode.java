package dev.freehold.kernel;

import dev.freehold.kernel.x86.Int8Quantize;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.List;

/// The emitted kernels of operations on rows. They check no bounds.
final class RowCode {
  private static final FunctionDescriptor QUANTIZE =
      FunctionDescriptor.ofVoid(
          ValueLayout.ADDRESS,
          ValueLayout.ADDRESS,
          ValueLayout.ADDRESS,
          ValueLayout.ADDRESS,
          ValueLayout.JAVA_LONG,
          ValueLayout.JAVA_LONG,
          ValueLayout.JAVA_LONG);

  private final MethodHandle quantize =
      MachineKernels.all()
          .get(
              List.of(Int8Quantize.class),
              QUANTIZE,
              () -> Int8Quantize.emit(Activations.SMALLEST_AMAX));

  /// See [Int8Quantize].
  void quantize(MemorySegment x, long bytes, Int8Blocks blocks, long first, long count) {
    try {
      quantize.invokeExact(
          x,
          blocks.integersSegment(),
          blocks.scalesSegment(),
          blocks.halfSumsSegment(),
          bytes,
          first,
          count);
    } catch (Throwable e) {
      throw MachineKernels.failed(e);
    }
  }
}
