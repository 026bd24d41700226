package dev.freehold.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/// Random rows for the tests of training, and the comparison of every width and thread count with
/// the reference.
final class TrainingBits implements AutoCloseable {
  private final Kernels reference = Kernels.open(options(Tier.REFERENCE, 0, 2));
  private final List<Kernels> vectors = new ArrayList<>();

  TrainingBits() {
    for (int bits : Kernels.vectorWidths()) {
      for (int threads = 1; threads <= 3; threads++) {
        vectors.add(Kernels.open(options(Tier.VECTOR, bits, threads)));
      }
    }
    for (int threads = 1; threads <= 3; threads++) {
      vectors.add(Kernels.open(options(Tier.MACHINE, 0, threads)));
    }
  }

  /// An operation that writes into arrays that it makes itself from a seeded generator.
  interface Op {
    float[][] run(TrainingKernels kernels, Random random);
  }

  /// Gaussian rows in an array that has room before, between and behind them.
  static Rows rows(int rows, int columns, Random random) {
    Rows result = new Rows(new float[rows * (columns + 3) + 5], 5, columns + 3);
    fill(result.data(), random);
    return result;
  }

  static float[] floats(int count, Random random) {
    float[] values = new float[count];
    fill(values, random);
    return values;
  }

  private static void fill(float[] values, Random random) {
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
  }

  /// Runs the operation on the reference, then on every width and on 1 to 3 threads, and compares
  /// all that it returns, bit for bit.
  void check(String what, Op op) {
    float[][] expected = op.run(TrainingKernels.open(reference), new Random(9));
    for (Kernels kernels : vectors) {
      float[][] actual = op.run(TrainingKernels.open(kernels), new Random(9));
      for (int i = 0; i < expected.length; i++) {
        assertThat(bits(actual[i]))
            .as("%s, result %d, %s", what, i, kernels.options())
            .isEqualTo(bits(expected[i]));
      }
    }
  }

  @Override
  public void close() {
    reference.close();
    vectors.forEach(Kernels::close);
  }

  static KernelOptions options(Tier tier, int bits, int threads) {
    return new KernelOptions(tier, bits, threads, ActivationFormat.F32);
  }

  static int[] bits(float[] values) {
    int[] bits = new int[values.length];
    for (int i = 0; i < bits.length; i++) {
      bits[i] = Float.floatToRawIntBits(values[i]);
    }
    return bits;
  }
}
