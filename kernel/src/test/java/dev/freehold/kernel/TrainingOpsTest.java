package dev.freehold.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Gradients, loss and optimizer have the reference's bits at every width and thread count.
class TrainingOpsTest {
  private final TrainingBits bits = new TrainingBits();

  @AfterEach
  void close() {
    bits.close();
  }

  private static final List<Integer> LENGTHS = List.of(1, 3, 16, 31, 33, 64, 100, 257);
  private static final float[] NONE = {};

  private static float[] nonZero(int count, Random random) {
    float[] values = TrainingBits.floats(count, random);
    for (int i = 0; i < count; i++) {
      values[i] = 1 + 0.3f * values[i];
    }
    return values;
  }

  @Test
  void rmsNormGradients() {
    for (int n : LENGTHS) {
      for (int groups = 1; groups <= 3; groups++) {
        for (Write write : Write.values()) {
          int g = groups;
          bits.check(
              write + " norm gradient " + groups + " x " + n,
              (kernels, random) -> {
                int count = 300;
                Rows x = TrainingBits.rows(count, n * g, random);
                Rows dy = TrainingBits.rows(count, n * g, random);
                Rows dx = TrainingBits.rows(count, n * g, random);
                float[] weight = g == 3 ? NONE : nonZero(n, random);
                float[] gradient = TrainingBits.floats(weight.length, random);
                Norm norm = new Norm(n, g, weight, NONE, 1e-6f);
                kernels.rmsNormGradient(x, dy, dx, count, norm, write, gradient, write);
                return new float[][] {dx.data(), gradient};
              });
        }
      }
    }
  }

  @Test
  void ropeGradients() {
    for (Rope.Pairing pairing : Rope.Pairing.values()) {
      for (int pairs : new int[] {1, 4, 16, 21, 32}) {
        bits.check(
            pairing + " " + pairs,
            (kernels, random) -> {
              Rows dy = TrainingBits.rows(9, 3 * 2 * pairs, random);
              kernels.ropeGradient(dy, 9, rope(pairs, pairing), table(9, pairs));
              return new float[][] {dy.data()};
            });
      }
    }
  }

  private static Rope rope(int pairs, Rope.Pairing pairing) {
    return new Rope(3, 2 * pairs, 0, pairing);
  }

  private static RopeTable table(int tokens, int pairs) {
    double[] frequencies = new double[pairs];
    for (int i = 0; i < pairs; i++) {
      frequencies[i] = Math.pow(100, -(double) i / pairs);
    }
    RopeTable table = new RopeTable(frequencies, 1, tokens);
    for (int t = 0; t < tokens; t++) {
      table.set(t, t % 5);
    }
    return table;
  }

  @Test
  void ropeGradientTurnsBackWhatRopeTurned() {
    try (Kernels kernels = Kernels.open(TrainingBits.options(Tier.VECTOR, 0, 2))) {
      Rows x = TrainingBits.rows(9, 96, new Random(4));
      float[] before = x.data().clone();
      Rope rope = rope(16, Rope.Pairing.HALVES);
      kernels.rope(x, 9, rope, table(9, 16));
      TrainingKernels.open(kernels).ropeGradient(x, 9, rope, table(9, 16));
      for (int i = 0; i < before.length; i++) {
        assertThat(x.data()[i]).isCloseTo(before[i], within(1e-5f));
      }
    }
  }

  @Test
  void swigluGradients() {
    for (int n : LENGTHS) {
      bits.check(
          "swiglu gradient " + n,
          (kernels, random) -> {
            Rows dy = TrainingBits.rows(7, n, random);
            Rows gate = TrainingBits.rows(7, n, random);
            Rows up = TrainingBits.rows(7, n, random);
            gate.data()[gate.at(1)] = 90;
            gate.data()[gate.at(2)] = -95;
            kernels.swigluGradient(dy, gate, up, 7, n);
            return new float[][] {gate.data(), up.data()};
          });
    }
  }

  @Test
  void crossEntropies() {
    for (int n : LENGTHS) {
      bits.check(
          "cross-entropy " + n,
          (kernels, random) -> {
            Rows logits = TrainingBits.rows(11, n, random);
            int[] targets = new int[13];
            for (int t = 0; t < targets.length; t++) {
              targets[t] = t == 5 ? -1 : random.nextInt(n);
            }
            float[] losses = TrainingBits.floats(13, random);
            kernels.crossEntropy(logits, 11, n, targets, 2, 1 / 10f, losses);
            assertThat(losses[5]).isZero();
            assertThat(logits.data()[logits.at(3)]).isZero();
            return new float[][] {logits.data(), losses};
          });
    }
  }

  @Test
  void optimizerSteps() {
    for (int length : List.of(1, 15, 33, 1000, 140_000)) {
      bits.check(
          "AdamW " + length,
          (kernels, random) -> {
            float[] parameters = TrainingBits.floats(length, random);
            float[] gradient = TrainingBits.floats(length, random);
            float[] first = new float[length];
            float[] second = new float[length];
            gradient[0] = 0;
            for (int step = 1; step <= 3; step++) {
              float c1 = (float) (1 - Math.pow(0.9, step));
              float c2 = (float) (1 - Math.pow(0.95, step));
              AdamW settings = new AdamW(1e-2f, 0.9f, 0.95f, 1e-8f, 0.1f, c1, c2, 0.7f);
              kernels.adamW(parameters, gradient, first, second, settings);
            }
            return new float[][] {parameters, first, second};
          });
    }
  }

  @Test
  void sumsAndScales() {
    for (int length : List.of(0, 1, 31, 4095, 4096, 4097, 30_000, 200_001)) {
      bits.check(
          "sums " + length,
          (kernels, random) -> {
            float[] x = TrainingBits.floats(length + 7, random);
            float squares = kernels.squaredNorm(x, 3, length);
            float sum = kernels.sum(x, 3, length);
            kernels.scale(x, 3, length, 0.3f);
            return new float[][] {{squares, sum}, x};
          });
    }
  }

  @Test
  void embeddings() {
    for (int columns : LENGTHS) {
      bits.check(
          "embedding " + columns,
          (kernels, random) -> {
            float[] table = TrainingBits.floats(20 * columns, random);
            int[] ids = new int[50];
            for (int t = 0; t < ids.length; t++) {
              ids[t] = random.nextInt(20);
            }
            Rows x = TrainingBits.rows(47, columns, random);
            kernels.embed(table, columns, ids, 3, 47, x);
            float[] gradient = TrainingBits.floats(20 * columns, random);
            kernels.embedGradient(x, columns, ids, 3, 47, gradient);
            return new float[][] {x.data(), gradient};
          });
    }
  }

  @Test
  void firstOfSeveralNonFiniteElementsIsFound() {
    for (int width : Kernels.vectorWidths()) {
      try (Kernels kernels = Kernels.open(TrainingBits.options(Tier.VECTOR, width, 3))) {
        TrainingKernels training = TrainingKernels.open(kernels);
        float[] x = TrainingBits.floats(200_003, new Random(1));
        assertThat(training.firstNonFinite(x, 0, x.length)).isEqualTo(-1);
        for (int at : new int[] {0, 5, 77, 65_536, 199_999, 200_002}) {
          float before = x[at];
          for (float bad : new float[] {Float.NaN, 1 / 0f, -1 / 0f}) {
            x[at] = bad;
            x[200_002] = Float.NaN;
            assertThat(training.firstNonFinite(x, 0, x.length)).isEqualTo(at);
            assertThat(training.firstNonFinite(x, at + 1, 200_002 - at))
                .isEqualTo(at == 200_002 ? -1 : 200_002);
          }
          x[at] = before;
        }
      }
    }
  }

  @Test
  void wrongIdsAndTargetsAreRefused() {
    try (Kernels kernels = Kernels.open(TrainingBits.options(Tier.VECTOR, 0, 1))) {
      TrainingKernels training = TrainingKernels.open(kernels);
      Rows rows = Rows.allocate(2, 4);
      assertThatThrownBy(() -> training.embed(new float[12], 4, new int[] {0, 3}, 0, 2, rows))
          .isInstanceOf(KernelException.class)
          .hasMessageContaining("token id 3 at position 1");
      assertThatThrownBy(
              () -> training.crossEntropy(rows, 2, 4, new int[] {0, 4}, 0, 1, new float[2]))
          .isInstanceOf(KernelException.class)
          .hasMessageContaining("target 4 at position 1");
    }
  }
}
