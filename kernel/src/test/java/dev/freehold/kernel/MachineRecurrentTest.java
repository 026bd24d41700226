package dev.freehold.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Emitted recurrences have the reference's bits, whatever the shape, the tokens and the threads.
class MachineRecurrentTest {
  private static final int KEY_HEADS = 2;
  private static final int VALUE_HEADS = 6;

  private static final KernelOptions OPTIONS = KernelOptions.defaults().withThreads(1);

  /// Rows that begin somewhere in their array and are further apart than they are long.
  private static Rows rows(int count, int columns, float largest, Random random) {
    Rows rows = new Rows(new float[5 + count * (columns + 3)], 5, columns + 3);
    for (int i = 0; i < rows.data().length; i++) {
      rows.data()[i] = (2 * random.nextFloat() - 1) * largest;
    }
    return rows;
  }

  /// A call with the same numbers for the same seed.
  private static DeltaRule call(int keyDim, int valueDim, boolean tiled, int tokens, long seed) {
    Random random = new Random(seed);
    float[] state = rows(1, VALUE_HEADS * keyDim * valueDim, 1, random).data();
    return new DeltaRule(
        KEY_HEADS,
        VALUE_HEADS,
        keyDim,
        valueDim,
        tiled,
        rows(tokens, KEY_HEADS * keyDim, 0.3f, random),
        rows(tokens, KEY_HEADS * keyDim, 0.3f, random),
        rows(tokens, VALUE_HEADS * valueDim, 1, random),
        rows(tokens, VALUE_HEADS, 1, random),
        rows(tokens, VALUE_HEADS, 1, random),
        state,
        rows(tokens, VALUE_HEADS * valueDim, 1, random));
  }

  private static void assertSame(DeltaRule got, DeltaRule expected, String what) {
    assertThat(bits(got.outputs().data())).as(what).isEqualTo(bits(expected.outputs().data()));
    assertThat(bits(got.state())).as(what + ", state").isEqualTo(bits(expected.state()));
  }

  private static int[] bits(float[] values) {
    int[] bits = new int[values.length];
    for (int i = 0; i < bits.length; i++) {
      bits[i] = Float.floatToIntBits(values[i]);
    }
    return bits;
  }

  private static MachineRecurrent machine(KernelOptions options) {
    return new MachineRecurrent(ReferenceRecurrent::new, options);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 64, 65, 130})
  void deltaRulesAreEqual(int tokens) {
    MachineRecurrent machine = machine(OPTIONS);
    for (int keyDim : new int[] {1, 16, 37, 128}) {
      for (int valueDim : new int[] {8, 16, 48, 64, 80, 128, 144, 160, 33}) {
        boolean tiled = valueDim % 32 == 0;
        DeltaRule expected = call(keyDim, valueDim, tiled, tokens + 2, keyDim);
        DeltaRule got = call(keyDim, valueDim, tiled, tokens + 2, keyDim);
        new ReferenceRecurrent().deltaRule(expected, 1, tokens, 0, VALUE_HEADS, 0);
        machine.deltaRule(got, 1, tokens, 0, 4, 0);
        machine.deltaRule(got, 1, tokens, 4, VALUE_HEADS, 0);
        assertSame(got, expected, keyDim + " by " + valueDim + ", " + tokens + " tokens");
      }
    }
  }

  @Test
  void longKeysGoInShortCalls() {
    int keyDim = 1 << 13;
    DeltaRule expected = call(keyDim, 16, false, 5, 3);
    DeltaRule got = call(keyDim, 16, false, 5, 3);
    new ReferenceRecurrent().deltaRule(expected, 0, 5, 0, VALUE_HEADS, 0);
    machine(OPTIONS).deltaRule(got, 0, 5, 0, VALUE_HEADS, 0);
    assertSame(got, expected, "long keys");
  }

  /// Zeros of both signs, numbers below the smallest normal one, infinities and what is no number.
  @Test
  void strangeNumbersAreEqual() {
    float[] strange = {
      0f, -0f, Float.MIN_VALUE, -1e-40f, 1e-30f, Float.MAX_VALUE, Float.NEGATIVE_INFINITY, Float.NaN
    };
    for (float number : strange) {
      for (int where = 0; where < 6; where++) {
        DeltaRule expected = call(16, 32, true, 4, 7);
        DeltaRule got = call(16, 32, true, 4, 7);
        for (DeltaRule call : new DeltaRule[] {expected, got}) {
          Rows[] places = {call.queries(), call.keys(), call.values(), call.decays(), call.betas()};
          float[] data = where < places.length ? places[where].data() : call.state();
          Arrays.fill(data, data.length / 2, data.length / 2 + 9, number);
        }
        new ReferenceRecurrent().deltaRule(expected, 0, 4, 0, VALUE_HEADS, 0);
        machine(OPTIONS).deltaRule(got, 0, 4, 0, VALUE_HEADS, 0);
        assertSame(got, expected, number + " in " + where);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 7})
  void threadsAndStepsDoNotShow(int threads) {
    for (InstructionSet instructions : InstructionSet.values()) {
      KernelOptions options = OPTIONS.withThreads(threads).withInstructions(instructions);
      try (Kernels kernels = Kernels.open(options)) {
        DeltaRule expected = call(32, 48, true, 9, 1);
        DeltaRule got = call(32, 48, true, 9, 1);
        new ReferenceRecurrent().deltaRule(expected, 0, 9, 0, VALUE_HEADS, 0);
        kernels.deltaRule(got, 0, 1);
        kernels.deltaRule(got, 1, 5);
        kernels.deltaRule(got, 6, 3);
        assertSame(got, expected, threads + " threads, " + instructions);
      }
    }
  }

  @Test
  void itSaysWhatItDeclines() {
    DeltaRule odd = call(16, 33, false, 1, 1);
    DeltaRule even = call(16, 32, false, 1, 1);
    assertThat(machine(OPTIONS).declines(odd)).contains("values of 33 are no multiple of 16 long");
    assertThat(machine(OPTIONS.withInstructions(InstructionSet.AVX2)).declines(even)).isPresent();
    assertThat(machine(OPTIONS).declines(even))
        .isEqualTo(MachineSupport.here().lacksFloats(InstructionSet.AVX512_VNNI));
  }

  @Test
  void whatLiesOutsideTheArraysIsRefused() {
    MachineRecurrent machine = machine(OPTIONS);
    DeltaRule call = call(16, 32, false, 4, 1);
    Assumptions.assumeTrue(machine.declines(call).equals(Optional.empty()));
    assertThatThrownBy(() -> machine.deltaRule(call, 1, 4, 0, VALUE_HEADS, 0))
        .isInstanceOf(KernelException.class)
        .hasMessageContaining("queries: 5 rows");
    assertThatThrownBy(() -> machine.deltaRule(call, -1, 2, 0, VALUE_HEADS, 0))
        .isInstanceOf(KernelException.class);
    assertThatThrownBy(() -> machine.deltaRule(call, 0, 1, 0, VALUE_HEADS + 1, 0))
        .isInstanceOf(KernelException.class)
        .hasMessageContaining("heads 0 to 7 of 6");
  }

  /// Steps of one row, and of more and fewer rows than a convolution reaches back, on any threads.
  @ParameterizedTest
  @ValueSource(ints = {16, 33, 80})
  void convolutionsAreEqual(int channels) {
    int taps = 4;
    Random random = new Random(channels);
    float[] weights = Rows.allocate(taps, channels).data();
    Rows x = rows(40, channels, 1, random);
    System.arraycopy(x.data(), 7, weights, 0, weights.length);
    Convolution shape = new Convolution(channels, taps, weights, new float[0], Activation.SILU);
    Rows expected = rows(40, channels, 1, new Random(1));
    new ReferenceRecurrent().convolve(shape, x, expected, 1, new float[shape.stateSize()], 0, 36);
    for (Tier tier : Tier.values()) {
      for (int threads : new int[] {1, 3}) {
        try (Kernels kernels = Kernels.open(OPTIONS.withTier(tier).withThreads(threads))) {
          Rows got = rows(40, channels, 1, new Random(1));
          float[] state = new float[shape.stateSize()];
          int from = 1;
          for (int step : new int[] {1, 1, 2, 19, 1, 3, 9}) {
            kernels.convolve(shape, x, got, from, step, state);
            from += step;
          }
          assertThat(bits(got.data())).as(tier + ", " + threads).isEqualTo(bits(expected.data()));
        }
      }
    }
  }
}
