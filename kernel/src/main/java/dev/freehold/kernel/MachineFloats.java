package dev.freehold.kernel;

import dev.freehold.kernel.x86.FloatChains;
import dev.freehold.kernel.x86.FloatChains.Ending;
import dev.freehold.kernel.x86.FloatCopy;
import dev.freehold.kernel.x86.FloatTranspose;
import dev.freehold.kernel.x86.Program;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The emitted kernels of products of float32 factors, each written when it is first called.
///
/// They check no bounds: who calls them has.
final class MachineFloats {
  private static final MethodHandle MULTIPLY =
      Program.caller(FunctionDescriptor.ofVoid(ValueLayout.JAVA_LONG, ValueLayout.ADDRESS));

  private static final MethodHandle PACK =
      Program.caller(FunctionDescriptor.ofVoid(ValueLayout.ADDRESS, ValueLayout.JAVA_LONG));

  private static final int ENDINGS = Ending.values().length;

  private final MachineKernels kernels = MachineKernels.all();

  // Several threads may write the same element, all of them the same kernel.
  private final @Nullable MemorySegment[] chains =
      new @Nullable MemorySegment[2 * ENDINGS * (FloatChains.ROWS + 1)];
  private final @Nullable MemorySegment[] transposes =
      new @Nullable MemorySegment[FloatTranspose.LANES + 1];
  private final MemorySegment copyLeft;
  private final MemorySegment copyRight;

  MachineFloats() {
    copyLeft = copy(1);
    copyRight = copy(2);
  }

  private MemorySegment copy(int vectors) {
    return kernels.get(List.of(FloatCopy.class, vectors), () -> FloatCopy.emit(vectors));
  }

  private MemorySegment chain(int rows, Ending ending, boolean masked) {
    int at = (rows * ENDINGS + ending.ordinal()) * 2 + (masked ? 1 : 0);
    MemorySegment kernel = chains[at];
    if (kernel == null) {
      List<Object> key = List.of(FloatChains.class, rows, ending, masked);
      kernel = kernels.get(key, () -> FloatChains.emit(rows, ending, masked));
      chains[at] = kernel;
    }
    return kernel;
  }

  private MemorySegment transpose(int rows) {
    MemorySegment kernel = transposes[rows];
    if (kernel == null) {
      List<Object> key = List.of(FloatTranspose.class, rows);
      kernel = kernels.get(key, () -> FloatTranspose.emit(rows));
      transposes[rows] = kernel;
    }
    return kernel;
  }

  /// See [FloatChains].
  void multiply(int rows, Ending ending, boolean masked, long fields, MemorySegment out) {
    try {
      MULTIPLY.invokeExact(chain(rows, ending, masked), fields, out);
    } catch (Throwable e) {
      throw MachineKernels.failed(e);
    }
  }

  /// See [FloatCopy]: panels of a left factor.
  void copyLeft(MemorySegment source, long fields) {
    try {
      PACK.invokeExact(copyLeft, source, fields);
    } catch (Throwable e) {
      throw MachineKernels.failed(e);
    }
  }

  /// See [FloatCopy]: panels of a right factor.
  void copyRight(MemorySegment source, long fields) {
    try {
      PACK.invokeExact(copyRight, source, fields);
    } catch (Throwable e) {
      throw MachineKernels.failed(e);
    }
  }

  /// See [FloatTranspose].
  void transpose(int rows, MemorySegment source, long fields) {
    try {
      PACK.invokeExact(transpose(rows), source, fields);
    } catch (Throwable e) {
      throw MachineKernels.failed(e);
    }
  }
}
