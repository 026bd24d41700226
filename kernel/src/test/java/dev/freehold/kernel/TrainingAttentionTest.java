package dev.freehold.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.lang.foreign.Arena;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Attention of training: the reference's bits at every width and thread count, the engine's bits
/// forward, and finite differences for its gradient.
class TrainingAttentionTest {
  private final TrainingBits bits = new TrainingBits();

  @AfterEach
  void close() {
    bits.close();
  }

  /// Heads, key-value heads, sizes of keys and values, sequences, tokens of each.
  private record Case(int heads, int groups, int keyDim, int valueDim, int sequences, int length) {
    AttentionShape shape() {
      float scale = (float) (1 / Math.sqrt(keyDim));
      return new AttentionShape(heads, groups, keyDim, valueDim, scale, 0, 0);
    }

    int rows() {
      return sequences * length;
    }
  }

  /// Lengths around the borders of tiles, of the gradient's blocks and of the cache's.
  private static final List<Case> CASES =
      List.of(
          new Case(1, 1, 1, 1, 1, 1),
          new Case(2, 1, 8, 8, 3, 7),
          new Case(4, 2, 16, 16, 2, 65),
          new Case(3, 3, 20, 12, 1, 130),
          new Case(2, 1, 64, 64, 1, 257),
          new Case(1, 1, 33, 70, 1, 300),
          new Case(2, 2, 5, 5, 1, 520));

  private static AttentionBatch batch(Case c, Random random) {
    return new AttentionBatch(
        c.shape(),
        c.sequences,
        c.length,
        TrainingBits.rows(c.rows(), c.heads * c.keyDim, random),
        TrainingBits.rows(c.rows(), c.groups * c.keyDim, random),
        TrainingBits.rows(c.rows(), c.groups * c.valueDim, random),
        TrainingBits.rows(c.rows(), c.heads * c.valueDim, random));
  }

  private static AttentionGradient gradient(Case c, Random random) {
    return new AttentionGradient(
        TrainingBits.rows(c.rows(), c.heads * c.valueDim, random),
        TrainingBits.rows(c.rows(), c.heads * c.keyDim, random),
        TrainingBits.rows(c.rows(), c.groups * c.keyDim, random),
        TrainingBits.rows(c.rows(), c.groups * c.valueDim, random));
  }

  @Test
  void attentionAndGradientGiveTheReferenceBits() {
    for (Case c : CASES) {
      bits.check(
          c.toString(),
          (kernels, random) -> {
            AttentionBatch batch = batch(c, random);
            AttentionGradient gradient = gradient(c, random);
            kernels.attention(batch);
            kernels.attentionGradient(batch, gradient);
            return new float[][] {
              batch.outputs.data(),
              batch.maxima,
              batch.sums,
              gradient.queries().data(),
              gradient.keys().data(),
              gradient.values().data()
            };
          });
    }
  }

  @Test
  void tinyWeightsGiveTheReferenceBits() {
    Case c = new Case(2, 1, 16, 16, 1, 140);
    bits.check(
        "tiny weights",
        (kernels, random) -> {
          AttentionBatch batch = batch(c, random);
          AttentionGradient gradient = gradient(c, random);
          for (int i = 0; i < batch.queries.data().length; i++) {
            batch.queries.data()[i] *= 30;
          }
          for (int i = 0; i < batch.values.data().length; i++) {
            batch.values.data()[i] *= random.nextInt(3) == 0 ? -0f : 1e-38f;
          }
          kernels.attention(batch);
          kernels.attentionGradient(batch, gradient);
          return new float[][] {
            batch.outputs.data(), gradient.keys().data(), gradient.values().data()
          };
        });
  }

  @Test
  void attentionGivesTheBitsOfTheEngine() {
    for (Case c : CASES) {
      try (Arena arena = Arena.ofShared();
          Kernels kernels = Kernels.open(TrainingBits.options(Tier.VECTOR, 0, 2))) {
        AttentionBatch batch = batch(c, new Random(5));
        TrainingKernels.open(kernels).attention(batch);
        Rows expected = new Rows(batch.outputs.data().clone(), 5, batch.outputs.stride());
        for (int s = 0; s < c.sequences; s++) {
          int first = s * c.length;
          KeyValueStore store =
              new KeyValueStore(arena, KvDtype.F32, c.groups, c.keyDim, c.valueDim);
          store.append(batch.keys.skip(first), batch.values.skip(first), 0, c.length);
          Rows queries = batch.queries.skip(first);
          Rows outputs = expected.skip(first);
          AttentionCall call = new AttentionCall(c.shape(), queries, outputs, new float[0], store);
          kernels.attend(call.set(store, 0, 0, c.length));
        }
        assertThat(TrainingBits.bits(batch.outputs.data()))
            .as("%s", c)
            .isEqualTo(TrainingBits.bits(expected.data()));
      }
    }
  }

  @Test
  void gradientsAgreeWithFiniteDifferences() {
    Case c = new Case(4, 2, 6, 5, 2, 9);
    try (Kernels kernels = Kernels.open(TrainingBits.options(Tier.VECTOR, 0, 2))) {
      Random random = new Random(8);
      AttentionBatch batch = batch(c, random);
      AttentionGradient gradient = gradient(c, random);
      TrainingKernels.open(kernels).attention(batch);
      TrainingKernels.open(kernels).attentionGradient(batch, gradient);
      check(c, batch, gradient, batch.queries, gradient.queries(), c.heads * c.keyDim);
      check(c, batch, gradient, batch.keys, gradient.keys(), c.groups * c.keyDim);
      check(c, batch, gradient, batch.values, gradient.values(), c.groups * c.valueDim);
    }
  }

  private static void check(
      Case c, AttentionBatch batch, AttentionGradient gradient, Rows x, Rows found, int columns) {
    double step = 1e-3;
    for (int t = 0; t < c.rows(); t++) {
      for (int i = 0; i < columns; i++) {
        int at = x.at(t) + i;
        float before = x.data()[at];
        float high = (float) (before + step);
        float low = (float) (before - step);
        x.data()[at] = high;
        double above = loss(c, batch, gradient.outputs());
        x.data()[at] = low;
        double below = loss(c, batch, gradient.outputs());
        x.data()[at] = before;
        double expected = (above - below) / ((double) high - low);
        assertThat((double) found.data()[found.at(t) + i])
            .as("row %d, element %d", t, i)
            .isCloseTo(expected, within(2e-5));
      }
    }
  }

  /// The sum of outputs times `weights`, in double.
  private static double loss(Case c, AttentionBatch batch, Rows weights) {
    double loss = 0;
    for (int row = 0; row < c.rows(); row++) {
      int first = row / c.length * c.length;
      for (int head = 0; head < c.heads; head++) {
        int group = head / (c.heads / c.groups);
        double total = 0;
        double sum = 0;
        for (int j = first; j <= row; j++) {
          double score = 0;
          for (int e = 0; e < c.keyDim; e++) {
            score +=
                (double) batch.queries.data()[batch.queries.at(row) + head * c.keyDim + e]
                    * batch.keys.data()[batch.keys.at(j) + group * c.keyDim + e];
          }
          double weight = Math.exp(score * c.shape().scale());
          total += weight;
          for (int e = 0; e < c.valueDim; e++) {
            sum +=
                weight
                    * batch.values.data()[batch.values.at(j) + group * c.valueDim + e]
                    * weights.data()[weights.at(row) + head * c.valueDim + e];
          }
        }
        loss += sum / total;
      }
    }
    return loss;
  }

  @Test
  void windowsAndShortRowsAreRefused() {
    Rows rows = Rows.allocate(8, 4);
    AttentionShape windowed = new AttentionShape(1, 1, 4, 4, 1, 3, 0);
    assertThatThrownBy(() -> new AttentionBatch(windowed, 1, 8, rows, rows, rows, rows))
        .isInstanceOf(KernelException.class)
        .hasMessageContaining("window 3");
    AttentionShape shape = new AttentionShape(1, 1, 4, 4, 1, 0, 0);
    assertThatThrownBy(() -> new AttentionBatch(shape, 3, 3, rows, rows, rows, rows))
        .isInstanceOf(KernelException.class)
        .hasMessageContaining("9 rows of 4 floats");
  }
}
