package dev.freehold.kernel;

import dev.freehold.kernel.x86.FloatChains;
import dev.freehold.kernel.x86.FloatChains.Ending;
import dev.freehold.kernel.x86.FloatCopy;
import dev.freehold.kernel.x86.FloatTranspose;
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
  private static final FunctionDescriptor MULTIPLY =
      FunctionDescriptor.ofVoid(ValueLayout.JAVA_LONG, ValueLayout.ADDRESS);

  private static final FunctionDescriptor PACK =
      FunctionDescriptor.ofVoid(ValueLayout.ADDRESS, ValueLayout.JAVA_LONG);

  private static final int ENDINGS = Ending.values().length;

  private final MachineKernels kernels = MachineKernels.all();

  // Several threads may write the same element, all of them the same kernel.
  private final @Nullable MethodHandle[] chains =
      new @Nullable MethodHandle[2 * ENDINGS * (FloatChains.ROWS + 1)];
  private final @Nullable MethodHandle[] transposes =
      new @Nullable MethodHandle[FloatTranspose.LANES + 1];
  private final MethodHandle copyLeft;
  private final MethodHandle copyRight;

  MachineFloats() {
    copyLeft = copy(1);
    copyRight = copy(2);
  }

  private MethodHandle copy(int vectors) {
    return kernels.get(List.of(FloatCopy.class, vectors), PACK, () -> FloatCopy.emit(vectors));
  }

  private MethodHandle chain(int rows, Ending ending, boolean masked) {
    int at = (rows * ENDINGS + ending.ordinal()) * 2 + (masked ? 1 : 0);
    MethodHandle kernel = chains[at];
    if (kernel == null) {
      List<Object> key = List.of(FloatChains.class, rows, ending, masked);
      kernel = kernels.get(key, MULTIPLY, () -> FloatChains.emit(rows, ending, masked));
      chains[at] = kernel;
    }
    return kernel;
  }

  private MethodHandle transpose(int rows) {
    MethodHandle kernel = transposes[rows];
    if (kernel == null) {
      List<Object> key = List.of(FloatTranspose.class, rows);
      kernel = kernels.get(key, PACK, () -> FloatTranspose.emit(rows));
      transposes[rows] = kernel;
    }
    return kernel;
  }

  /// See [FloatChains].
  void multiply(int rows, Ending ending, boolean masked, long fields, MemorySegment out) {
    try {
      chain(rows, ending, masked).invokeExact(fields, out);
    } catch (Throwable e) {
      throw MachineKernels.failed(e);
    }
  }

  /// See [FloatCopy]: panels of a left factor.
  void copyLeft(MemorySegment source, long fields) {
    try {
      copyLeft.invokeExact(source, fields);
    } catch (Throwable e) {
      throw MachineKernels.failed(e);
    }
  }

  /// See [FloatCopy]: panels of a right factor.
  void copyRight(MemorySegment source, long fields) {
    try {
      copyRight.invokeExact(source, fields);
    } catch (Throwable e) {
      throw MachineKernels.failed(e);
    }
  }

  /// See [FloatTranspose].
  void transpose(int rows, MemorySegment source, long fields) {
    try {
      transpose(rows).invokeExact(source, fields);
    } catch (Throwable e) {
      throw MachineKernels.failed(e);
    }
  }
}
