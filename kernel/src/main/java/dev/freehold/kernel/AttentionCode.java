package dev.freehold.kernel;

import dev.freehold.kernel.x86.AttentionJoin;
import dev.freehold.kernel.x86.AttentionSoftmax;
import dev.freehold.kernel.x86.AttentionTile;
import dev.freehold.kernel.x86.CacheElement;
import dev.freehold.kernel.x86.CacheWiden;
import dev.freehold.kernel.x86.Exponential;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The emitted kernels of attention; one worker's, which remembers those it has asked for.
///
/// All arguments are addresses and numbers. The kernels check no bounds.
final class AttentionCode {
  private static final Exponential EXPONENTIAL =
      new Exponential(
          ElementaryMath.LOG2_E,
          ElementaryMath.ROUNDER,
          ElementaryMath.LN2_HIGH,
          ElementaryMath.LN2_LOW,
          ElementaryMath.E6,
          ElementaryMath.E5,
          ElementaryMath.E4,
          ElementaryMath.E3,
          ElementaryMath.E2);

  private static final int SIZES = AttentionTile.ROWS * AttentionTile.VECTORS;

  private final MachineKernels kernels = MachineKernels.all();

  /// The tiles of one use, by rows and vectors.
  static final class Tiles {
    private final MachineKernels kernels;
    private final AttentionTile.Use use;
    private final @Nullable MethodHandle[] handles = new MethodHandle[SIZES];

    private Tiles(MachineKernels kernels, AttentionTile.Use use) {
      this.kernels = kernels;
      this.use = use;
    }

    CacheElement element() {
      return use.element();
    }

    private MethodHandle get(int rows, int vectors) {
      int index = (rows - 1) * AttentionTile.VECTORS + vectors - 1;
      MethodHandle handle = handles[index];
      if (handle == null) {
        handle =
            kernels.get(
                List.of(AttentionTile.class, use, rows, vectors),
                arguments(4),
                () -> AttentionTile.emit(use, rows, vectors));
        handles[index] = handle;
      }
      return handle;
    }

    /// See [AttentionTile].
    void multiply(int rows, int vectors, long a, long b, long out, long fields) {
      try {
        get(rows, vectors).invokeExact(a, b, out, fields);
      } catch (Throwable e) {
        throw MachineKernels.failed(e);
      }
    }
  }

  private final Tiles[] scores;
  private final Tiles[] outputs;
  private final Tiles widenedScores;
  private final Tiles widenedOutputs;
  private final MethodHandle[] softmax;
  private final MethodHandle[] widen;
  private final MethodHandle widenKeys;
  private final MethodHandle widenValues;
  private final MethodHandle join;
  private final MethodHandle scale;

  AttentionCode() {
    scores = new Tiles[CacheElement.values().length];
    outputs = new Tiles[scores.length];
    widen = new MethodHandle[scores.length];
    for (CacheElement element : CacheElement.values()) {
      scores[element.ordinal()] = tiles(element, true, true);
      outputs[element.ordinal()] = tiles(element, false, true);
      widen[element.ordinal()] =
          kernels.get(
              List.of(CacheWiden.class, element), arguments(5), () -> CacheWiden.emit(element));
    }
    widenedScores = tiles(CacheElement.F32, true, false);
    widenedOutputs = tiles(CacheElement.F32, false, false);
    softmax = new MethodHandle[] {softmax(false), softmax(true)};
    widenKeys =
        kernels.get(List.of(CacheWiden.class, "keys"), arguments(4), CacheWiden::emitKeys);
    widenValues =
        kernels.get(List.of(CacheWiden.class, "values"), arguments(3), CacheWiden::emitValues);
    join = kernels.get(List.of(AttentionJoin.class), arguments(6), AttentionJoin::emit);
    scale =
        kernels.get(List.of(AttentionJoin.class, "scale"), arguments(4), AttentionJoin::emitScale);
  }

  private Tiles tiles(CacheElement element, boolean scaled, boolean ahead) {
    return new Tiles(kernels, new AttentionTile.Use(element, scaled, ahead));
  }

  private MethodHandle softmax(boolean large) {
    return kernels.get(
        List.of(AttentionSoftmax.class, large),
        arguments(5),
        () -> AttentionSoftmax.emit(EXPONENTIAL, large));
  }

  private static FunctionDescriptor arguments(int count) {
    ValueLayout[] layouts = new ValueLayout[count];
    Arrays.fill(layouts, ValueLayout.JAVA_LONG);
    return FunctionDescriptor.ofVoid(layouts);
  }

  /// Of keys as they are stored.
  Tiles scores(CacheElement element) {
    return scores[element.ordinal()];
  }

  Tiles widenedScores() {
    return widenedScores;
  }

  /// Of values as they are stored.
  Tiles outputs(CacheElement element) {
    return outputs[element.ordinal()];
  }

  Tiles widenedOutputs() {
    return widenedOutputs;
  }

  /// See [AttentionSoftmax].
  void softmax(boolean large, long scores, long states, long rows, long groups, long stride) {
    try {
      softmax[large ? 1 : 0].invokeExact(scores, states, rows, groups, stride);
    } catch (Throwable e) {
      throw MachineKernels.failed(e);
    }
  }

  /// See [CacheWiden#emit].
  void widen(
      CacheElement element, long from, long to, long rows, long vectors, long fromStride) {
    try {
      widen[element.ordinal()].invokeExact(from, to, rows, vectors, fromStride);
    } catch (Throwable e) {
      throw MachineKernels.failed(e);
    }
  }

  /// See [CacheWiden#emitKeys].
  void widenKeys(long scales, long to, long rows, long from) {
    try {
      widenKeys.invokeExact(scales, to, rows, from);
    } catch (Throwable e) {
      throw MachineKernels.failed(e);
    }
  }

  /// See [CacheWiden#emitValues].
  void widenValues(long from, long to, long blocks) {
    try {
      widenValues.invokeExact(from, to, blocks);
    } catch (Throwable e) {
      throw MachineKernels.failed(e);
    }
  }

  /// See [AttentionJoin#emit].
  void join(long joined, long states, long rows, long vectors, long block, long stride) {
    try {
      join.invokeExact(joined, states, rows, vectors, block, stride);
    } catch (Throwable e) {
      throw MachineKernels.failed(e);
    }
  }

  /// See [AttentionJoin#emitScale].
  void scale(long joined, long states, long rows, long vectors) {
    try {
      scale.invokeExact(joined, states, rows, vectors);
    } catch (Throwable e) {
      throw MachineKernels.failed(e);
    }
  }
}
