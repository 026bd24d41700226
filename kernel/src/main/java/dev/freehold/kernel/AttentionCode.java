package dev.freehold.kernel;

import dev.freehold.kernel.x86.AttentionJoin;
import dev.freehold.kernel.x86.AttentionSoftmax;
import dev.freehold.kernel.x86.AttentionTile;
import dev.freehold.kernel.x86.CacheElement;
import dev.freehold.kernel.x86.CacheWiden;
import dev.freehold.kernel.x86.Exponential;
import dev.freehold.kernel.x86.Program;
import java.lang.invoke.MethodHandle;
import java.util.List;

/// The emitted kernels of attention; one worker's, which remembers those it has asked for.
///
/// All arguments are addresses and numbers. The kernels check no bounds.
final class AttentionCode {
  static final Exponential EXPONENTIAL =
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

  private static final MethodHandle NUMBERS = Program.NUMBERS;
  private static final int ELEMENTS = CacheElement.values().length;

  /// The tiles of one use, by rows and vectors.
  static final class Tiles {
    private final AttentionTile.Use use;
    private final EmittedKernel[] kernels =
        new EmittedKernel[AttentionTile.ROWS * AttentionTile.MOST_VECTORS];

    private Tiles(CacheElement element, boolean scaled, boolean ahead) {
      use = new AttentionTile.Use(element, scaled, ahead);
      for (int i = 0; i < kernels.length; i++) {
        int rows = i / AttentionTile.MOST_VECTORS + 1;
        int vectors = i % AttentionTile.MOST_VECTORS + 1;
        kernels[i] =
            new EmittedKernel(
                // not by the use: a record's own comparison is linked at its first use
                List.of(AttentionTile.class, element, scaled, ahead, rows, vectors),
                () -> AttentionTile.emit(use, rows, vectors));
      }
    }

    CacheElement element() {
      return use.element();
    }

    /// See [AttentionTile].
    void multiply(int rows, int vectors, long a, long b, long out, long fields) {
      try {
        EmittedKernel kernel = kernels[(rows - 1) * AttentionTile.MOST_VECTORS + vectors - 1];
        NUMBERS.invokeExact(kernel.entry(), a, b, out, fields, 0L, 0L);
      } catch (Throwable e) {
        throw MachineKernels.failed(e);
      }
    }
  }

  /// See [AttentionSoftmax].
  static final class Softmax {
    private final EmittedKernel kernel;

    private Softmax(boolean large, boolean draws) {
      kernel =
          new EmittedKernel(
              List.of(AttentionSoftmax.class, large, draws),
              () -> AttentionSoftmax.emit(EXPONENTIAL, large, draws));
    }

    void run(long scores, long states, long rows, long groups, long next) {
      long stride = MachineAttentionScratch.SCORES_STRIDE;
      try {
        NUMBERS.invokeExact(kernel.entry(), scores, states, rows, groups, stride, next);
      } catch (Throwable e) {
        throw MachineKernels.failed(e);
      }
    }
  }

  private final Tiles[] scores = new Tiles[ELEMENTS];
  private final Tiles[] outputs = new Tiles[ELEMENTS];
  private final Tiles widenedScores = new Tiles(CacheElement.F32, true, false);
  private final Tiles widenedOutputs = new Tiles(CacheElement.F32, false, false);
  private final Softmax[] softmax = {
    new Softmax(false, false),
    new Softmax(false, true),
    new Softmax(true, false),
    new Softmax(true, true)
  };
  private final EmittedKernel[] widen = new EmittedKernel[ELEMENTS];
  private final EmittedKernel widenKeys =
      new EmittedKernel(List.of(CacheWiden.class, "keys"), CacheWiden::emitKeys);
  private final EmittedKernel widenValues =
      new EmittedKernel(List.of(CacheWiden.class, "values"), CacheWiden::emitValues);
  private final EmittedKernel join =
      new EmittedKernel(List.of(AttentionJoin.class, "join"), AttentionJoin::emit);
  private final EmittedKernel scale =
      new EmittedKernel(List.of(AttentionJoin.class, "scale"), AttentionJoin::emitScale);

  AttentionCode() {
    for (CacheElement element : CacheElement.values()) {
      int i = element.ordinal();
      scores[i] = new Tiles(element, true, true);
      outputs[i] = new Tiles(element, false, true);
      widen[i] =
          new EmittedKernel(List.of(CacheWiden.class, element), () -> CacheWiden.emit(element));
    }
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

  /// The softmax of scores.
  ///
  /// @param large whether weights are left large, see [AttentionSoftmax#emit]
  /// @param draws whether it draws nearer what will be read next
  Softmax softmax(boolean large, boolean draws) {
    return softmax[(large ? 2 : 0) + (draws ? 1 : 0)];
  }

  /// See [CacheWiden#emit].
  void widen(CacheElement element, long from, long to, long rows, long vectors, long fromStride) {
    try {
      NUMBERS.invokeExact(
          widen[element.ordinal()].entry(), from, to, rows, vectors, fromStride, 0L);
    } catch (Throwable e) {
      throw MachineKernels.failed(e);
    }
  }

  /// See [CacheWiden#emitKeys].
  void widenKeys(long scales, long to, long rows, long from) {
    try {
      NUMBERS.invokeExact(widenKeys.entry(), scales, to, rows, from, 0L, 0L);
    } catch (Throwable e) {
      throw MachineKernels.failed(e);
    }
  }

  /// See [CacheWiden#emitValues].
  void widenValues(long from, long to, long blocks) {
    try {
      NUMBERS.invokeExact(widenValues.entry(), from, to, blocks, 0L, 0L, 0L);
    } catch (Throwable e) {
      throw MachineKernels.failed(e);
    }
  }

  /// See [AttentionJoin#emit].
  void join(long joined, long states, long rows, long vectors, long block, long stride) {
    try {
      NUMBERS.invokeExact(join.entry(), joined, states, rows, vectors, block, stride);
    } catch (Throwable e) {
      throw MachineKernels.failed(e);
    }
  }

  /// See [AttentionJoin#emitScale].
  void scale(long joined, long states, long rows, long vectors) {
    try {
      NUMBERS.invokeExact(scale.entry(), joined, states, rows, vectors, 0L, 0L);
    } catch (Throwable e) {
      throw MachineKernels.failed(e);
    }
  }
}
