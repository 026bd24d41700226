package dev.freehold.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Attention of whole layers, shared between threads, by emitted code and by its definition.
final class MachineAttentionTest {
  private static Rows random(Random random, int rows, int n) {
    float[] x = new float[rows * n];
    for (int i = 0; i < x.length; i++) {
      x[i] = (float) random.nextGaussian();
    }
    return new Rows(x, 0, n);
  }

  /// The attention of the last `tokens` of `total` positions.
  private static float[] attend(
      Kernels kernels, AttentionShape shape, KvDtype dtype, int total, int tokens, float[] sinks) {
    Random random = new Random(total);
    Rows keys = random(random, total, shape.keyValueHeads() * shape.keyDim());
    Rows values = random(random, total, shape.keyValueHeads() * shape.valueDim());
    Rows queries = random(random, tokens, shape.heads() * shape.keyDim());
    Rows outputs = random(random, tokens, shape.heads() * shape.valueDim());
    try (Arena arena = Arena.ofShared()) {
      KeyValueStore store =
          new KeyValueStore(arena, dtype, shape.keyValueHeads(), shape.keyDim(), shape.valueDim());
      store.append(keys, values, 0, total);
      kernels.attend(
          new AttentionCall(shape, queries, outputs, sinks, store)
              .set(store, total - tokens, 0, tokens));
    }
    return outputs.data();
  }

  @ParameterizedTest
  @EnumSource(KvDtype.class)
  void layersAreEqualWhoeverAttendsToWhichPositions(KvDtype dtype) {
    int[][] shapes = {
      {1, 1, 64, 64}, {2, 2, 96, 128}, {7, 1, 32, 32}, {16, 8, 64, 64}, {18, 1, 64, 32}
    };
    KernelOptions options = KernelOptions.defaults();
    try (Kernels plain = Kernels.open(options.withTier(Tier.REFERENCE).withThreads(1));
        Kernels alone = Kernels.open(options.withThreads(1));
        Kernels shared = Kernels.open(options.withThreads(3))) {
      for (int[] dims : shapes) {
        for (int window : new int[] {0, 300, 700}) {
          float[] sinks = new float[window == 300 ? dims[0] : 0];
          Arrays.fill(sinks, 2.5f);
          AttentionShape shape =
              new AttentionShape(dims[0], dims[1], dims[2], dims[3], 0.1f, window, 0);
          for (int total : new int[] {256, 257, 512, 1025, 1500}) {
            for (int tokens : new int[] {1, 2}) {
              float[] expected = attend(plain, shape, dtype, total, tokens, sinks);
              String name = shape + " " + total + " " + tokens;
              assertThat(attend(alone, shape, dtype, total, tokens, sinks))
                  .as(name)
                  .isEqualTo(expected);
              assertThat(attend(shared, shape, dtype, total, tokens, sinks))
                  .as(name)
                  .isEqualTo(expected);
            }
          }
        }
      }
    }
  }
}
