package dev.freehold.kernel;

import dev.freehold.kernel.x86.AddRow;
import dev.freehold.kernel.x86.GateRow;
import dev.freehold.kernel.x86.GeluTanh;
import dev.freehold.kernel.x86.Int8Quantize;
import dev.freehold.kernel.x86.Program;
import dev.freehold.kernel.x86.RmsNormRow;
import dev.freehold.kernel.x86.RopeRow;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Arrays;
import java.util.List;

/// The emitted kernels of operations on rows. They check no bounds.
final class RowCode {
  private static final GateRow.Constants GATE =
      new GateRow.Constants(
          AttentionCode.EXPONENTIAL,
          ElementaryMath.EXP_LOWEST,
          new GeluTanh(
              ElementaryMath.GELU_FAR,
              ElementaryMath.GELU_LINEAR,
              ElementaryMath.GELU_LINEAR_LOW,
              ElementaryMath.GELU_CUBIC,
              ElementaryMath.GELU_CUBIC_LOW));

  private static final MethodHandle QUANTIZE = caller(4, 3);

  /// Of [RopeRow], and of [AddRow] and [GateRow], which have no last number.
  private static final MethodHandle ROW = caller(3, 6);

  private static final MethodHandle NORM =
      Program.caller(
          arguments(3, 3)
              .appendArgumentLayouts(ValueLayout.JAVA_FLOAT, ValueLayout.JAVA_FLOAT)
              .appendArgumentLayouts(layouts(RmsNormRow.Field.values().length)));

  private final EmittedKernel quantize =
      new EmittedKernel(
          List.of(Int8Quantize.class), () -> Int8Quantize.emit(Activations.SMALLEST_AMAX));
  private final EmittedKernel add = new EmittedKernel(List.of(AddRow.class), AddRow::emit);
  private final EmittedKernel ropeNeighbours =
      new EmittedKernel(List.of(RopeRow.class, "neighbours"), RopeRow::emitNeighbours);
  private final EmittedKernel ropeHalves =
      new EmittedKernel(List.of(RopeRow.class, "halves"), RopeRow::emitHalves);
  private final EmittedKernel norm = norm(false);
  private final EmittedKernel weightedNorm = norm(true);

  private static MethodHandle caller(int addresses, int numbers) {
    return Program.caller(arguments(addresses, numbers));
  }

  private static FunctionDescriptor arguments(int addresses, int numbers) {
    MemoryLayout[] first = new MemoryLayout[addresses];
    Arrays.fill(first, ValueLayout.ADDRESS);
    return FunctionDescriptor.ofVoid(first).appendArgumentLayouts(layouts(numbers));
  }

  private static MemoryLayout[] layouts(int numbers) {
    MemoryLayout[] all = new MemoryLayout[numbers];
    Arrays.fill(all, ValueLayout.JAVA_LONG);
    return all;
  }

  private static EmittedKernel norm(boolean weighted) {
    return new EmittedKernel(List.of(RmsNormRow.class, weighted), () -> RmsNormRow.emit(weighted));
  }

  /// A function of rows.
  static final class Gate {
    private final EmittedKernel kernel;

    Gate(GateRow.Function function, boolean gated) {
      kernel =
          new EmittedKernel(
              List.of(GateRow.class, function, gated), () -> GateRow.emit(function, gated, GATE));
    }

    /// Row t of n elements; see [GateRow].
    void run(Rows x, Rows up, Rows y, int t, int n) {
      try {
        ROW.invokeExact(
            kernel.entry(),
            x.segment(),
            up.segment(),
            y.segment(),
            4L * x.at(t),
            4L * up.at(t),
            4L * y.at(t),
            (long) (n / 16),
            (1L << n % 16) - 1,
            0L);
      } catch (Throwable e) {
        throw MachineKernels.failed(e);
      }
    }
  }

  /// See [Int8Quantize].
  void quantize(MemorySegment x, long bytes, Int8Blocks blocks, long first, long count) {
    try {
      QUANTIZE.invokeExact(
          quantize.entry(),
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

  /// Row t of n elements; see [AddRow].
  void add(Rows x, Rows y, int t, int n) {
    try {
      ROW.invokeExact(
          add.entry(),
          x.segment(),
          y.segment(),
          y.segment(),
          4L * x.at(t),
          4L * y.at(t),
          4L * y.at(t),
          (long) (n / 16),
          (1L << n % 16) - 1,
          0L);
    } catch (Throwable e) {
      throw MachineKernels.failed(e);
    }
  }

  /// Row t; see [RopeRow].
  void rope(Rows x, int t, Rope rope, RopeTable table) {
    int pairs = table.pairs();
    boolean halves = rope.pairing() == Rope.Pairing.HALVES;
    try {
      ROW.invokeExact(
          (halves ? ropeHalves : ropeNeighbours).entry(),
          x.segment(),
          table.cosinesSegment(),
          table.sinesSegment(),
          4L * (x.at(t) + rope.start()),
          4L * t * pairs,
          (long) rope.heads(),
          4L * rope.headDim(),
          (long) (pairs / (halves ? RopeRow.HALVES : RopeRow.NEIGHBOURS)),
          4L * pairs);
    } catch (Throwable e) {
      throw MachineKernels.failed(e);
    }
  }

  /// Row t; see [RmsNormRow].
  void rmsNorm(Rows x, Rows y, int t, Norm norm) {
    int n = norm.n();
    int rest = n % 32;
    boolean weighted = norm.weight().length != 0;
    try {
      NORM.invokeExact(
          (weighted ? weightedNorm : this.norm).entry(),
          x.segment(),
          y.segment(),
          norm.weightSegment(),
          4L * x.at(t),
          4L * y.at(t),
          0L,
          (float) n,
          norm.epsilon(),
          (long) (n / 32),
          (1L << Math.min(rest, 16)) - 1,
          (1L << Math.max(rest - 16, 0)) - 1,
          (long) norm.groups(),
          4L * rest,
          4L * norm.weightAt(1));
    } catch (Throwable e) {
      throw MachineKernels.failed(e);
    }
  }
}
