package dev.freehold.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The vector tier gives the bits of the reference at every width, on awkward shapes.
class VectorTierTest {
  private static final List<Integer> LENGTHS = List.of(1, 3, 4, 15, 16, 31, 32, 33, 64, 100, 257);

  private final RowOps reference = new ReferenceRows();

  private static Rows random(int rows, int columns, float spread, long seed) {
    Random random = new Random(seed);
    Rows result = new Rows(new float[rows * (columns + 3) + 5], 5, columns + 3);
    for (int i = 0; i < result.data().length; i++) {
      result.data()[i] = (float) random.nextGaussian() * spread;
    }
    return result;
  }

  private static Rows copy(Rows rows) {
    return new Rows(rows.data().clone(), rows.offset(), rows.stride());
  }

  private static void assertSameBits(Rows actual, Rows expected, String what) {
    int[] found = new int[actual.data().length];
    int[] wanted = new int[found.length];
    for (int i = 0; i < found.length; i++) {
      found[i] = Float.floatToRawIntBits(actual.data()[i]);
      wanted[i] = Float.floatToRawIntBits(expected.data()[i]);
    }
    assertThat(found).as(what).isEqualTo(wanted);
  }

  private interface Op {
    void run(RowOps ops, Rows x, Rows y, int n);
  }

  private void check(int bits, String what, float spread, Op op) {
    RowOps vector = VectorTemplates.load(RowOps.class, "VectorRows", bits);
    for (int n : LENGTHS) {
      Rows x = random(3, n, spread, n);
      Rows y = random(3, n, spread, n + 1000);
      Rows xExpected = copy(x);
      Rows yExpected = copy(y);
      op.run(reference, xExpected, yExpected, n);
      op.run(vector, x, y, n);
      assertSameBits(y, yExpected, what + " n=" + n + " bits=" + bits);
      assertSameBits(x, xExpected, what + " n=" + n + " bits=" + bits);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {128, 256, 512})
  void normsAreEqual(int bits) {
    Random random = new Random(7);
    for (int groups = 1; groups <= 3; groups++) {
      int g = groups;
      check(
          bits,
          "rmsNorm",
          1,
          (ops, x, y, n) -> {
            int size = n % g == 0 ? n / g : n;
            Norm norm = new Norm(size, n / size, new float[0], new float[0], 1e-6f);
            ops.rmsNorm(x, y, 0, 3, norm);
          });
    }
    float[] weights = new float[257];
    for (int i = 0; i < weights.length; i++) {
      weights[i] = random.nextFloat();
    }
    check(
        bits,
        "rmsNorm",
        1,
        (ops, x, y, n) -> ops.rmsNorm(x, y, 0, 3, new Norm(n, Arrays.copyOf(weights, n), 1e-5f)));
    check(
        bits,
        "layerNorm",
        3,
        (ops, x, y, n) -> {
          float[] w = Arrays.copyOf(weights, n);
          ops.layerNorm(x, y, 0, 3, new Norm(n, 1, w, w, 1e-5f));
        });
    check(
        bits,
        "l2Norm",
        3,
        (ops, x, y, n) ->
            ops.l2Norm(x, y, 1, 3, new Norm(n, 1, new float[0], new float[0], 1e-6f), 0.25f));
  }

  @ParameterizedTest
  @ValueSource(ints = {128, 256, 512})
  void elementwiseOperationsAreEqual(int bits) {
    check(bits, "add", 1, (ops, x, y, n) -> ops.add(x, y, 0, 3, n));
    check(bits, "addScaled", 1, (ops, x, y, n) -> ops.addScaled(x, y, 0, 3, n, 0.3f));
    check(bits, "scale", 1, (ops, x, y, n) -> ops.scale(y, 0, 3, n, 0.3f));
    check(bits, "multiply", 1, (ops, x, y, n) -> ops.multiply(x, y, 0, 3, n));
    check(bits, "addBias", 1, (ops, x, y, n) -> ops.addBias(y, 0, 3, Arrays.copyOf(x.data(), n)));
    check(
        bits,
        "multiplyColumns",
        1,
        (ops, x, y, n) -> ops.multiplyColumns(y, 0, 3, Arrays.copyOf(x.data(), n)));
    for (Activation function : Activation.values()) {
      check(bits, function.name(), 8, (ops, x, y, n) -> ops.activate(function, x, y, 0, 3, n));
      check(
          bits,
          function.name(),
          8,
          (ops, x, y, n) -> ops.activateGated(function, x, y, y, 0, 3, n));
    }
    check(
        bits,
        "clampedSwiglu",
        8,
        (ops, x, y, n) -> ops.clampedSwiglu(x, y, y, 0, 3, new ClampedSwiglu(n, 1.702f, 7)));
    check(
        bits,
        "xielu",
        4,
        (ops, x, y, n) -> ops.xielu(x, y, 0, 3, new Xielu(n, 0.8f, 0.9f, 0.5f, -1e-6f)));
    check(bits, "softcap", 40, (ops, x, y, n) -> ops.softcap(x, y, 0, 3, n, 30));
    check(bits, "softmax", 10, (ops, x, y, n) -> ops.softmax(x, y, 0, 3, n));
  }

  @ParameterizedTest
  @ValueSource(ints = {128, 256, 512})
  void ropeIsEqual(int bits) {
    for (Rope.Pairing pairing : Rope.Pairing.values()) {
      check(
          bits,
          "rope",
          1,
          (ops, x, y, n) -> {
            int headDim = n / 2;
            int pairs = headDim / 2;
            RopeTable table = new RopeTable(new double[pairs], 1.1, 3);
            for (int t = 0; t < 3; t++) {
              table.set(t, 100 + t);
            }
            ops.rope(y, 0, 3, new Rope(headDim == 0 ? 0 : 2, headDim, 0, pairing), table);
          });
    }
  }

  /// Stands for the machine tier where otherwise a width stands.
  private static final int MACHINE = 0;

  private static AttentionOps attention(int bits) {
    return bits == MACHINE
        ? new MachineAttention(ReferenceAttention::new, InstructionSet.AVX512_VNNI)
        : VectorTemplates.load(AttentionOps.class, "VectorAttention", bits);
  }

  /// Attention of `tokens` new tokens after `before` others, reference and vector.
  private static void checkAttention(
      int bits, KvDtype dtype, AttentionShape shape, int before, int tokens, float[] sinks) {
    checkAttention(bits, dtype, shape, before, tokens, sinks, 1);
  }

  private static void checkAttention(
      int bits,
      KvDtype dtype,
      AttentionShape shape,
      int before,
      int tokens,
      float[] sinks,
      float size) {
    int total = before + tokens;
    Rows keys = random(total, shape.keyValueHeads() * shape.keyDim(), 1, 11);
    Rows values = random(total, shape.keyValueHeads() * shape.valueDim(), size, 12);
    Rows queries = random(tokens, shape.heads() * shape.keyDim(), 1, 13);
    checkAttention(bits, dtype, shape, new Rows[] {keys, values, queries}, sinks);
  }

  /// @param inputs keys and values of all positions, queries of the last ones
  private static void checkAttention(
      int bits, KvDtype dtype, AttentionShape shape, Rows[] inputs, float[] sinks) {
    AttentionOps fast = attention(bits);
    fast.prepare(1);
    int total = rows(inputs[0]);
    int tokens = rows(inputs[2]);
    int before = total - tokens;
    try (Arena arena = Arena.ofShared()) {
      KeyValueStore store =
          new KeyValueStore(arena, dtype, shape.keyValueHeads(), shape.keyDim(), shape.valueDim());
      store.append(inputs[0], inputs[1], 0, total);
      Rows outputs = random(tokens, shape.heads() * shape.valueDim(), 1, 14);
      Rows expected = copy(outputs);
      AttentionCall call =
          new AttentionCall(shape, inputs[2], expected, sinks, store).set(store, before, 0, tokens);
      AttentionCall fastCall =
          new AttentionCall(shape, inputs[2], outputs, sinks, store).set(store, before, 0, tokens);
      AttentionOps plain = new ReferenceAttention();
      for (int group = 0; group < shape.keyValueHeads(); group++) {
        plain.attend(call, group, 0, tokens, 0);
        fast.attend(fastCall, group, 0, tokens, 0);
      }
      // A NaN may be another NaN.
      assertThat(canonical(outputs))
          .as(shape + " " + dtype + " before=" + before)
          .isEqualTo(canonical(expected));
    }
  }

  private static int rows(Rows random) {
    return (random.data().length - random.offset()) / random.stride();
  }

  private static int[] canonical(Rows rows) {
    int[] bits = new int[rows.data().length];
    for (int i = 0; i < bits.length; i++) {
      bits[i] = Float.floatToIntBits(rows.data()[i]);
    }
    return bits;
  }

  @ParameterizedTest
  @ValueSource(ints = {MACHINE, 128, 256, 512})
  void attentionIsEqual(int bits) {
    float[] none = {};
    for (KvDtype dtype : KvDtype.values()) {
      for (int before : new int[] {0, 5, 250, 511, 700}) {
        checkAttention(
            bits, dtype, new AttentionShape(8, 2, 64, 64, 0.125f, 0, 0), before, 1, none);
        checkAttention(bits, dtype, new AttentionShape(4, 2, 32, 32, 0.2f, 0, 0), before, 9, none);
        checkAttention(
            bits, dtype, new AttentionShape(5, 1, 32, 64, 0.2f, 16, 0), before, 16, none);
        checkAttention(
            bits,
            dtype,
            new AttentionShape(3, 3, 32, 32, 0.2f, 300, 5),
            before,
            7,
            new float[] {0.5f, -3, 8});
      }
    }
    for (int before : new int[] {0, 260}) {
      checkAttention(
          bits, KvDtype.F16, new AttentionShape(2, 1, 20, 24, 0.2f, 0, 0), before, 3, none);
      checkAttention(
          bits, KvDtype.F32, new AttentionShape(2, 2, 3, 5, 0.2f, 7, 0), before, 3, none);
    }
  }

  /// Scores that lie so far apart that many weights are below the smallest normal float, and values
  /// below the smallest normal float16.
  @ParameterizedTest
  @ValueSource(ints = {MACHINE, 128, 256, 512})
  void attentionIsEqualWhereNumbersAreSubnormal(int bits) {
    for (KvDtype dtype : KvDtype.values()) {
      for (float size : new float[] {1, 0x1p-20f}) {
        for (float scale : new float[] {6, 12, 24}) {
          AttentionShape shape = new AttentionShape(8, 2, 64, 64, scale, 0, 0);
          checkAttention(bits, dtype, shape, 300, 9, new float[0], size);
          checkAttention(bits, dtype, shape, 250, 1, new float[0], size);
        }
      }
    }
  }

  /// Heads of common and of odd lengths, in groups of every size that tiles of rows treat on their
  /// own, at the borders of blocks and of windows.
  @ParameterizedTest
  @ValueSource(ints = {MACHINE, 512})
  void attentionIsEqualForAllShapes(int bits) {
    int[][] dims = {{64, 64}, {80, 80}, {96, 96}, {128, 128}, {256, 256}, {192, 128}, {40, 48}};
    for (KvDtype dtype : KvDtype.values()) {
      for (int[] dim : dims) {
        if (dtype == KvDtype.Q8_0 && (dim[0] % 32 != 0 || dim[1] % 32 != 0)) {
          continue;
        }
        for (int heads : new int[] {1, 2, 7}) {
          for (int window : new int[] {0, 3, 100, 256}) {
            float[] sinks = new float[window == 3 ? 2 * heads : 0];
            Arrays.fill(sinks, 1.5f);
            AttentionShape shape =
                new AttentionShape(2 * heads, 2, dim[0], dim[1], 0.1f, window, 0);
            checkAttention(bits, dtype, shape, 255, 1, sinks);
            checkAttention(bits, dtype, shape, 256, 1, sinks);
            checkAttention(bits, dtype, shape, 230, 40, sinks);
          }
        }
      }
    }
  }

  /// Keys, values or queries that are infinite or no numbers, one in many.
  @ParameterizedTest
  @ValueSource(ints = {MACHINE, 128, 256, 512})
  void attentionIsEqualWhereNumbersAreNotFinite(int bits) {
    float[] strange = {
      Float.NaN, -Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, 60000, -60000
    };
    AttentionShape shape = new AttentionShape(8, 2, 64, 64, 0.125f, 0, 0);
    for (KvDtype dtype : List.of(KvDtype.F32, KvDtype.F16, KvDtype.BF16)) {
      for (float number : strange) {
        for (int tokens : new int[] {1, 5}) {
          for (int where = 0; where < 3; where++) {
            int total = 300 + tokens;
            Rows keys = random(total, 128, 1, 11);
            Rows values = random(total, 128, 1, 12);
            Rows queries = random(tokens, 512, 1, 13);
            Rows into = where == 0 ? keys : where == 1 ? values : queries;
            into.data()[into.at(where == 2 ? 0 : 270) + 7] = number;
            checkAttention(bits, dtype, shape, new Rows[] {keys, values, queries}, new float[0]);
          }
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {128, 256, 512})
  void recurrencesAreEqual(int bits) {
    RecurrentOps vector = VectorTemplates.load(RecurrentOps.class, "VectorRecurrent", bits);
    RecurrentOps plain = new ReferenceRecurrent();
    for (int valueDim : new int[] {8, 16, 32, 33}) {
      Rows outputs = random(4, 4 * valueDim, 1, 5);
      Rows expected = copy(outputs);
      float[] state = random(1, 4 * 16 * valueDim, 1, 6).data();
      float[] expectedState = state.clone();
      for (boolean tiled : new boolean[] {false, true}) {
        plain.deltaRule(delta(valueDim, tiled, expectedState, expected), 0, 4, 0, 4, 0);
        vector.deltaRule(delta(valueDim, tiled, state, outputs), 0, 4, 0, 4, 0);
        assertSameBits(outputs, expected, "delta rule " + valueDim);
        assertThat(state).isEqualTo(expectedState);
      }
      plain.stateSpace(space(valueDim, expectedState, expected), 0, 4, 0, 4);
      vector.stateSpace(space(valueDim, state, outputs), 0, 4, 0, 4);
      assertSameBits(outputs, expected, "state space " + valueDim);
      assertThat(state).isEqualTo(expectedState);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {128, 256, 512})
  void convolutionIsEqual(int bits) {
    RecurrentOps vector = VectorTemplates.load(RecurrentOps.class, "VectorRecurrent", bits);
    RecurrentOps plain = new ReferenceRecurrent();
    for (int channels : new int[] {16, 33, 64}) {
      for (int tokens : new int[] {1, 2, 7}) {
        float[] weights = Arrays.copyOf(random(1, 4 * channels, 1, 41).data(), 4 * channels);
        float[] bias =
            tokens == 2 ? new float[0] : Arrays.copyOf(random(1, channels, 1, 42).data(), channels);
        Convolution shape = new Convolution(channels, 4, weights, bias, Activation.SILU);
        float[] state = Arrays.copyOf(random(1, 3 * channels, 1, 43).data(), 3 * channels);
        Rows x = random(tokens, channels, 1, 44);
        Rows y = random(tokens, channels, 1, 45);
        Rows expected = copy(y);
        plain.convolve(shape, x, expected, 0, state, 0, tokens);
        vector.convolve(shape, x, y, 0, state, tokens / 2, tokens);
        vector.convolve(shape, x, y, 0, state, 0, tokens / 2);
        assertSameBits(y, expected, "convolution of " + channels + ", " + tokens + " tokens");
      }
    }
  }

  private static DeltaRule delta(int valueDim, boolean tiled, float[] state, Rows outputs) {
    return new DeltaRule(
        2,
        4,
        16,
        valueDim,
        tiled,
        random(4, 32, 1, 21),
        random(4, 32, 0.2f, 22),
        random(4, 4 * valueDim, 1, 23),
        random(4, 4, 0.3f, 24),
        random(4, 4, 0.3f, 25),
        state,
        outputs);
  }

  private static StateSpace space(int headDim, float[] state, Rows outputs) {
    return new StateSpace(
        4,
        2,
        headDim,
        16,
        random(4, 4 * headDim, 1, 31),
        random(4, 32, 1, 32),
        random(4, 32, 1, 33),
        random(4, 4, 0.3f, 34),
        random(4, 4, 0.3f, 35),
        new float[] {1, 2, 3, 4},
        state,
        outputs);
  }
}
