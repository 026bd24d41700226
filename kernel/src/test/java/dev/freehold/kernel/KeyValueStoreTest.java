package dev.freehold.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What a store of keys and values holds, however its positions came.
final class KeyValueStoreTest {
  private static final int HEADS = 3;
  private static final int KEY_DIM = 96;
  private static final int VALUE_DIM = 32;
  private static final int POSITIONS = 700;

  private static Rows random(Random random, int columns) {
    // Between rows of others, as in a step.
    float[] x = new float[7 + POSITIONS * (columns + 5)];
    for (int i = 0; i < x.length; i++) {
      x[i] = (float) random.nextGaussian();
    }
    return new Rows(x, 7, columns + 5);
  }

  private static float rounded(KvDtype dtype, float x) {
    return switch (dtype) {
      case F32 -> x;
      case F16 -> Float.float16ToFloat(Float.floatToFloat16(x));
      case BF16 -> Bf16.toFloat(Bf16.fromFloat(x));
      case Q8_0 -> throw new AssertionError(dtype);
    };
  }

  /// All elements that a store holds after appending so many positions at once.
  private static float[] held(KvDtype dtype, Rows keys, Rows values, int... counts) {
    float[] all = new float[POSITIONS * HEADS * (KEY_DIM + VALUE_DIM)];
    try (Arena arena = Arena.ofShared()) {
      KeyValueStore store = new KeyValueStore(arena, dtype, HEADS, KEY_DIM, VALUE_DIM);
      for (int i = 0; store.length() < POSITIONS; i++) {
        int first = store.length();
        store.append(keys, values, first, Math.min(counts[i % counts.length], POSITIONS - first));
      }
      int at = 0;
      for (int position = 0; position < POSITIONS; position++) {
        for (int head = 0; head < HEADS; head++) {
          for (int e = 0; e < KEY_DIM; e++) {
            all[at++] = store.key(head, position, e);
          }
          for (int e = 0; e < VALUE_DIM; e++) {
            all[at++] = store.value(head, position, e);
          }
        }
      }
    }
    return all;
  }

  @ParameterizedTest
  @EnumSource(KvDtype.class)
  void positionsAreTheSameOneByOneAndManyAtOnce(KvDtype dtype) {
    Rows keys = random(new Random(1), HEADS * KEY_DIM);
    Rows values = random(new Random(2), HEADS * VALUE_DIM);
    float[] single = held(dtype, keys, values, 1);
    for (int[] counts : new int[][] {{POSITIONS}, {29}, {64}, {2, 63, 1, 130}, {255, 3}}) {
      assertThat(held(dtype, keys, values, counts)).as("%s", counts).isEqualTo(single);
    }
  }

  @ParameterizedTest
  @EnumSource(
      names = {"F32", "F16", "BF16"},
      value = KvDtype.class)
  void eachElementIsRoundedAlone(KvDtype dtype) {
    Rows keys = random(new Random(3), HEADS * KEY_DIM);
    Rows values = random(new Random(4), HEADS * VALUE_DIM);
    float[] held = held(dtype, keys, values, 29);
    int at = 0;
    for (int position = 0; position < POSITIONS; position++) {
      for (int head = 0; head < HEADS; head++) {
        for (int e = 0; e < KEY_DIM; e++) {
          float key = keys.data()[keys.at(position) + head * KEY_DIM + e];
          assertThat(held[at++]).isEqualTo(rounded(dtype, key));
        }
        for (int e = 0; e < VALUE_DIM; e++) {
          float value = values.data()[values.at(position) + head * VALUE_DIM + e];
          assertThat(held[at++]).isEqualTo(rounded(dtype, value));
        }
      }
    }
  }
}
