package dev.freehold.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.Arena;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
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

  /// The outputs of the last `tokens` of `total` positions, and then what the store holds, where
  /// those who attend append the keys and values of these tokens, which are not their first rows.
  private static float[] append(
      Kernels kernels, AttentionShape shape, KvDtype dtype, int total, int tokens) {
    Random random = new Random(total);
    Rows keys = random(random, total, shape.keyValueHeads() * shape.keyDim());
    Rows values = random(random, total, shape.keyValueHeads() * shape.valueDim());
    Rows queries = random(random, total, shape.heads() * shape.keyDim());
    Rows outputs = random(random, total, shape.heads() * shape.valueDim());
    try (Arena arena = Arena.ofShared()) {
      KeyValueStore store =
          new KeyValueStore(arena, dtype, shape.keyValueHeads(), shape.keyDim(), shape.valueDim());
      store.append(keys, values, 0, total - tokens);
      kernels.attend(
          new AttentionCall(shape, queries, outputs, new float[0], store)
              .append(store, keys, values, total - tokens, tokens));
      int dims = shape.keyDim() + shape.valueDim();
      int held = total * shape.keyValueHeads() * dims;
      float[] all = Arrays.copyOf(outputs.data(), outputs.data().length + held);
      int at = outputs.data().length;
      for (int position = 0; position < total; position++) {
        for (int head = 0; head < shape.keyValueHeads(); head++) {
          for (int e = 0; e < shape.keyDim(); e++) {
            all[at++] = store.key(head, position, e);
          }
          for (int e = 0; e < shape.valueDim(); e++) {
            all[at++] = store.value(head, position, e);
          }
        }
      }
      return all;
    }
  }

  @ParameterizedTest
  @EnumSource(KvDtype.class)
  void keysAndValuesAreTheSameWhoeverWritesThem(KvDtype dtype) {
    KernelOptions options = KernelOptions.defaults();
    try (Kernels plain = Kernels.open(options.withTier(Tier.REFERENCE).withThreads(1));
        Kernels shared = Kernels.open(options.withThreads(3))) {
      for (int[] dims : new int[][] {{1, 1, 64, 32}, {8, 4, 32, 64}}) {
        AttentionShape shape = new AttentionShape(dims[0], dims[1], dims[2], dims[3], 0.1f, 0, 0);
        for (int tokens : new int[] {1, 3, 200}) {
          for (int total : new int[] {200, 257, 1300}) {
            assertThat(append(shared, shape, dtype, total, tokens))
                .as(shape + " " + total + " " + tokens)
                .isEqualTo(append(plain, shape, dtype, total, tokens));
          }
        }
      }
    }
  }

  @Test
  void aStoreOfAnotherShapeStaysAsItIs() {
    AttentionShape shape = new AttentionShape(4, 2, 32, 32, 0.1f, 0, 0);
    Random random = new Random(1);
    Rows keys = random(random, 2, 64);
    Rows queries = random(random, 2, 128);
    try (Arena arena = Arena.ofShared()) {
      KeyValueStore fits = new KeyValueStore(arena, KvDtype.F16, 2, 32, 32);
      KeyValueStore other = new KeyValueStore(arena, KvDtype.F16, 1, 64, 32);
      AttentionCall call =
          new AttentionCall(shape, queries, random(random, 2, 128), new float[0], fits);

      assertThatThrownBy(() -> call.append(other, keys, keys, 0, 2))
          .isInstanceOf(KernelException.class)
          .hasMessageContaining("does not fit a store of 1 heads");
      assertThat(other.length()).isZero();
      assertThatThrownBy(() -> call.append(fits, keys, keys, 1, 2))
          .isInstanceOf(KernelException.class)
          .hasMessageContaining("new keys");
      assertThat(fits.length()).isZero();
    }
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
