package dev.freehold.cli;

import dev.freehold.kernel.Activation;
import dev.freehold.kernel.ActivationFormat;
import dev.freehold.kernel.Activations;
import dev.freehold.kernel.AttentionCall;
import dev.freehold.kernel.AttentionShape;
import dev.freehold.kernel.BlockQuantizer;
import dev.freehold.kernel.ClampedSwiglu;
import dev.freehold.kernel.Convolution;
import dev.freehold.kernel.DeltaRule;
import dev.freehold.kernel.Kernels;
import dev.freehold.kernel.KeyValueStore;
import dev.freehold.kernel.KvDtype;
import dev.freehold.kernel.Matrix;
import dev.freehold.kernel.Norm;
import dev.freehold.kernel.Philox;
import dev.freehold.kernel.Rope;
import dev.freehold.kernel.RopeTable;
import dev.freehold.kernel.Rows;
import dev.freehold.kernel.StateSpace;
import dev.freehold.kernel.Xielu;
import dev.freehold.tensor.Dtype;
import dev.freehold.tensor.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/// Computations on fixed random numbers that together use every rule of the arithmetic `fh1`.
///
/// Each gives rows of float32 whose bits must be the same whatever computes them, however many
/// threads do, and however its tokens are cut into steps.
final class ArithmeticCases {
  /// Tokens of every case.
  static final int TOKENS = 9;

  private static final List<Dtype> DTYPES =
      List.of(
          Dtype.F32,
          Dtype.F16,
          Dtype.BF16,
          Dtype.Q8_0,
          Dtype.Q4_0,
          Dtype.Q4_1,
          Dtype.Q5_0,
          Dtype.Q5_1,
          Dtype.Q2_K,
          Dtype.Q3_K,
          Dtype.Q4_K,
          Dtype.Q5_K,
          Dtype.Q6_K,
          Dtype.IQ4_NL,
          Dtype.IQ4_XS,
          Dtype.MXFP4);
  private static final int ROWS = 67;
  private static final int COLUMNS = 768;
  private static final int LENGTH = 100;
  private static final int BEFORE = 300;

  /// One computation.
  record Case(String name, ActivationFormat activations, Work work) {}

  /// Computes all tokens in steps of at most `step` and gives back the rows.
  interface Work {
    Rows run(Kernels kernels, int step);
  }

  /// A part of the tokens of a case.
  private interface Part {
    void run(int from, int count);
  }

  private ArithmeticCases() {}

  /// The same numbers as a matrix of each dtype, named by it.
  static List<Tensor> weights(Arena arena) {
    float[] values = random(ROWS * COLUMNS, 0.05f, 1);
    List<Tensor> weights = new ArrayList<>();
    for (Dtype dtype : DTYPES) {
      MemorySegment blocks = arena.allocate(dtype.byteSize(values.length), 64);
      BlockQuantizer.of(dtype).quantize(values, 0, blocks, 0, values.length);
      weights.add(Tensor.of(dtype.toString(), dtype, blocks, ROWS, COLUMNS));
    }
    return weights;
  }

  /// All cases.
  static List<Case> all(List<Tensor> weights) {
    List<Case> cases = new ArrayList<>();
    for (Tensor matrix : weights) {
      for (ActivationFormat format : ActivationFormat.values()) {
        String name = "product " + matrix.name() + " " + format;
        cases.add(new Case(name, format, (kernels, step) -> product(matrix, kernels, step)));
      }
    }
    for (KvDtype dtype : KvDtype.values()) {
      add(cases, "attention " + dtype, (kernels, step) -> attention(dtype, kernels, step));
    }
    for (Activation function : Activation.values()) {
      add(cases, "activation " + function, (kernels, step) -> activation(function, kernels, step));
    }
    add(cases, "norms", ArithmeticCases::norms);
    add(cases, "gates", ArithmeticCases::gates);
    add(cases, "softmax and softcap", ArithmeticCases::softmax);
    add(cases, "rotary embedding", ArithmeticCases::rope);
    add(cases, "delta rule", ArithmeticCases::deltaRule);
    add(cases, "state space", ArithmeticCases::stateSpace);
    add(cases, "convolution", ArithmeticCases::convolution);
    return cases;
  }

  private static void add(List<Case> cases, String name, Work work) {
    cases.add(new Case(name, ActivationFormat.F32, work));
  }

  private static void inSteps(int step, Part part) {
    for (int from = 0; from < TOKENS; from += step) {
      part.run(from, Math.min(step, TOKENS - from));
    }
  }

  /// Numbers of the normal distribution times `spread`; `stream` names the set.
  private static float[] random(int count, float spread, long stream) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = Philox.normal(1, stream, i) * spread;
    }
    return values;
  }

  private static Rows rows(int rows, int columns, float spread, long stream) {
    return new Rows(random(rows * columns, spread, stream), 0, columns);
  }

  private static Rows product(Tensor weights, Kernels kernels, int step) {
    Matrix matrix = kernels.bind(weights);
    Rows x = rows(TOKENS, COLUMNS, 1, 2);
    Rows y = Rows.allocate(TOKENS, ROWS);
    Activations activations = new Activations(TOKENS, COLUMNS);
    inSteps(
        step,
        (from, count) -> {
          activations.set(x.skip(from), count);
          matrix.multiply(activations, y.skip(from));
        });
    return y;
  }

  private static Rows attention(KvDtype dtype, Kernels kernels, int step) {
    AttentionShape shape = new AttentionShape(4, 2, 64, 32, 0.125f, 280, 20);
    Rows keys = rows(BEFORE + TOKENS, 2 * 64, 1, 11);
    Rows values = rows(BEFORE + TOKENS, 2 * 32, 1, 12);
    Rows queries = rows(TOKENS, 4 * 64, 1, 13);
    Rows outputs = Rows.allocate(TOKENS, 4 * 32);
    float[] sinks = {0.5f, -3, 8, 0};
    try (Arena arena = Arena.ofShared()) {
      KeyValueStore store = new KeyValueStore(arena, dtype, 2, 64, 32);
      store.append(keys, values, 0, BEFORE);
      inSteps(
          step,
          (from, count) -> {
            store.append(keys, values, BEFORE + from, count);
            AttentionCall call = new AttentionCall(shape, queries, outputs, sinks, store);
            kernels.attend(call.set(store, BEFORE + from, from, count));
          });
    }
    return outputs;
  }

  private static Rows activation(Activation function, Kernels kernels, int step) {
    Rows x = rows(TOKENS, LENGTH, 8, 21);
    Rows y = rows(TOKENS, LENGTH, 1, 22);
    inSteps(
        step,
        (from, count) ->
            kernels.activateGated(
                function, x.skip(from), y.skip(from), y.skip(from), count, LENGTH));
    return y;
  }

  private static Rows norms(Kernels kernels, int step) {
    Rows x = rows(TOKENS, LENGTH, 3, 31);
    Rows y = Rows.allocate(TOKENS, LENGTH);
    float[] weights = random(LENGTH, 1, 32);
    Norm norm = new Norm(LENGTH, 1, weights, weights, 1e-5f);
    inSteps(
        step,
        (from, count) -> {
          kernels.rmsNorm(x.skip(from), y.skip(from), count, new Norm(LENGTH, weights, 1e-6f));
          kernels.layerNorm(y.skip(from), x.skip(from), count, norm);
          kernels.l2Norm(x.skip(from), y.skip(from), count, norm, 0.25f);
          kernels.addScaled(x.skip(from), y.skip(from), count, LENGTH, 0.3f);
        });
    return y;
  }

  private static Rows gates(Kernels kernels, int step) {
    Rows x = rows(TOKENS, LENGTH, 8, 41);
    Rows y = rows(TOKENS, LENGTH, 8, 42);
    ClampedSwiglu swiglu = new ClampedSwiglu(LENGTH, 1.702f, 7);
    Xielu xielu = new Xielu(LENGTH, 0.8f, 0.9f, 0.5f, -1e-6f);
    inSteps(
        step,
        (from, count) -> {
          kernels.clampedSwiglu(x.skip(from), y.skip(from), y.skip(from), count, swiglu);
          kernels.xielu(y.skip(from), y.skip(from), count, xielu);
        });
    return y;
  }

  private static Rows softmax(Kernels kernels, int step) {
    Rows x = rows(TOKENS, LENGTH, 20, 51);
    Rows y = Rows.allocate(TOKENS, LENGTH);
    inSteps(
        step,
        (from, count) -> {
          kernels.softcap(x.skip(from), x.skip(from), count, LENGTH, 30);
          kernels.softmax(x.skip(from), y.skip(from), count, LENGTH);
        });
    return y;
  }

  private static Rows rope(Kernels kernels, int step) {
    Rows x = rows(TOKENS, LENGTH, 1, 61);
    double[] frequencies = new double[12];
    for (int i = 0; i < frequencies.length; i++) {
      frequencies[i] = 1.0 / (1 << i);
    }
    RopeTable table = new RopeTable(frequencies, 1.1, TOKENS);
    inSteps(
        step,
        (from, count) -> {
          for (int t = 0; t < count; t++) {
            table.set(t, 1000 + from + t);
          }
          for (Rope.Pairing pairing : Rope.Pairing.values()) {
            kernels.rope(x.skip(from), count, new Rope(4, 25, 1, pairing), table);
          }
        });
    return x;
  }

  private static Rows deltaRule(Kernels kernels, int step) {
    Rows outputs = Rows.allocate(TOKENS, 4 * 33);
    float[] state = random(4 * 16 * 33, 1, 71);
    inSteps(
        step,
        (from, count) ->
            kernels.deltaRule(
                new DeltaRule(
                    2,
                    4,
                    16,
                    33,
                    true,
                    rows(TOKENS, 32, 1, 72),
                    rows(TOKENS, 32, 0.2f, 73),
                    rows(TOKENS, 4 * 33, 1, 74),
                    rows(TOKENS, 4, 0.3f, 75),
                    rows(TOKENS, 4, 0.3f, 76),
                    state,
                    outputs),
                from,
                count));
    return outputs;
  }

  private static Rows stateSpace(Kernels kernels, int step) {
    Rows outputs = Rows.allocate(TOKENS, 4 * 33);
    float[] state = random(4 * 16 * 33, 1, 81);
    inSteps(
        step,
        (from, count) ->
            kernels.stateSpace(
                new StateSpace(
                    4,
                    2,
                    33,
                    16,
                    rows(TOKENS, 4 * 33, 1, 82),
                    rows(TOKENS, 32, 1, 83),
                    rows(TOKENS, 32, 1, 84),
                    rows(TOKENS, 4, 0.3f, 85),
                    rows(TOKENS, 4, 0.3f, 86),
                    new float[] {1, 2, 3, 4},
                    state,
                    outputs),
                from,
                count));
    return outputs;
  }

  private static Rows convolution(Kernels kernels, int step) {
    Rows x = rows(TOKENS, LENGTH, 1, 91);
    Rows y = Rows.allocate(TOKENS, LENGTH);
    float[] state = random(3 * LENGTH, 1, 92);
    float[] weights = random(4 * LENGTH, 1, 93);
    Convolution shape = new Convolution(LENGTH, 4, weights, random(LENGTH, 1, 94), Activation.SILU);
    inSteps(step, (from, count) -> kernels.convolve(shape, x, y, from, count, state));
    return y;
  }
}
