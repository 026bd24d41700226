package dev.freehold.bench;

import dev.freehold.kernel.ActivationFormat;
import dev.freehold.kernel.AdamW;
import dev.freehold.kernel.AttentionBatch;
import dev.freehold.kernel.AttentionGradient;
import dev.freehold.kernel.AttentionShape;
import dev.freehold.kernel.FmaPeak;
import dev.freehold.kernel.KernelOptions;
import dev.freehold.kernel.Kernels;
import dev.freehold.kernel.Norm;
import dev.freehold.kernel.ProductShape;
import dev.freehold.kernel.Rows;
import dev.freehold.kernel.Tier;
import dev.freehold.kernel.TrainingKernels;
import dev.freehold.kernel.Write;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/// Measures the operations of training against the FMA peak of the same run and prints a table.
///
/// `MeasureTraining [THREADS [BITS]]`; figures are the best of several rounds: products and
/// attention in Gflop/s with their share of the peak, what memory limits in GB/s.
public final class MeasureTraining {
  private static final int ROWS = 2048;
  private static final long WARM_NANOS = 1_000_000_000;
  private static final double ROUND_OPERATIONS = 4e9;

  private static final List<ProductShape> SHAPES =
      List.of(
          new ProductShape(ROWS, 256, 256),
          new ProductShape(ROWS, 1024, 256),
          new ProductShape(ROWS, 256, 1024),
          new ProductShape(ROWS, 512, 512),
          new ProductShape(ROWS, 2048, 512),
          new ProductShape(ROWS, 512, 2048),
          new ProductShape(ROWS, 2048, 2048));

  private final Kernels kernels;
  private final TrainingKernels training;
  private final Random random = new Random(1);
  private double peak;

  private MeasureTraining(Kernels kernels) {
    this.kernels = kernels;
    this.training = TrainingKernels.open(kernels);
  }

  public static void main(String[] args) {
    int threads =
        args.length > 0 ? Integer.parseInt(args[0]) : Runtime.getRuntime().availableProcessors();
    int bits = args.length > 1 ? Integer.parseInt(args[1]) : 0;
    KernelOptions options = new KernelOptions(Tier.MACHINE, bits, threads, ActivationFormat.F32);
    try (Kernels kernels = Kernels.open(options)) {
      new MeasureTraining(kernels).measure(threads);
    }
  }

  private void measure(int threads) {
    peak = FmaPeak.measure(kernels.pool(), 20);
    System.out.printf(Locale.ROOT, "peak %.0f Gflop/s, %d threads%n", peak / 1e9, threads);
    for (ProductShape shape : SHAPES) {
      products(shape);
    }
    attention(8, 256, 4, 64);
    attention(2, 1024, 8, 64);
    memory();
    double again = FmaPeak.measure(kernels.pool(), 20);
    System.out.printf(Locale.ROOT, "peak %.0f Gflop/s at the end%n", again / 1e9);
  }

  private Rows rows(int count, int columns) {
    Rows rows = Rows.allocate(count, columns);
    for (int i = 0; i < rows.data().length; i++) {
      rows.data()[i] = (float) random.nextGaussian();
    }
    return rows;
  }

  /// Seconds of the fastest round, after rounds of a second in all that do not count.
  private static double best(int rounds, Runnable work) {
    double best = Double.MAX_VALUE;
    long warm = System.nanoTime() + WARM_NANOS;
    while (System.nanoTime() < warm) {
      work.run();
    }
    for (int i = 0; i < rounds; i++) {
      long start = System.nanoTime();
      work.run();
      best = Math.min(best, (System.nanoTime() - start) / 1e9);
    }
    return best;
  }

  private void rate(String what, double operations, Runnable work) {
    int rounds = (int) Math.max(5, ROUND_OPERATIONS / operations);
    double rate = operations / best(rounds, work);
    System.out.printf(
        Locale.ROOT, "  %-24s %6.0f Gflop/s %4.0f %%%n", what, rate / 1e9, 100 * rate / peak);
  }

  private void products(ProductShape shape) {
    System.out.printf("M %d, N %d, K %d%n", shape.m(), shape.n(), shape.k());
    Rows x = rows(shape.m(), shape.k());
    Rows dy = rows(shape.m(), shape.n());
    float[] w = rows(shape.n(), shape.k()).data();
    Rows y = Rows.allocate(shape.m(), shape.n());
    Rows dx = Rows.allocate(shape.m(), shape.k());
    float[] dw = new float[w.length];
    double operations = shape.operations();
    rate("forward", operations, () -> training.forward(shape, x, w, y));
    rate("input gradient", operations, () -> training.inputGradient(shape, dy, w, dx, Write.SET));
    rate("weight gradient", operations, () -> training.weightGradient(shape, dy, x, dw, Write.ADD));
  }

  private void attention(int sequences, int length, int heads, int headDim) {
    System.out.printf(
        "attention, %d sequences of %d, %d heads of %d%n", sequences, length, heads, headDim);
    int width = heads * headDim;
    int count = sequences * length;
    AttentionShape shape = new AttentionShape(heads, heads, headDim, headDim, 0.125f, 0, 0);
    AttentionBatch batch =
        new AttentionBatch(
            shape,
            sequences,
            length,
            rows(count, width),
            rows(count, width),
            rows(count, width),
            Rows.allocate(count, width));
    AttentionGradient gradient =
        new AttentionGradient(
            rows(count, width),
            Rows.allocate(count, width),
            Rows.allocate(count, width),
            Rows.allocate(count, width));
    double pairs = (double) sequences * heads * length * (length + 1) / 2;
    rate("forward", 4 * pairs * headDim, () -> training.attention(batch));
    rate("gradient", 10 * pairs * headDim, () -> training.attentionGradient(batch, gradient));
  }

  private void throughput(String what, double bytes, Runnable work) {
    System.out.printf(Locale.ROOT, "  %-24s %6.1f GB/s%n", what, bytes / best(30, work) / 1e9);
  }

  private void memory() {
    int width = 1024;
    double bytes = 4.0 * ROWS * width;
    System.out.printf("%d rows of %d%n", ROWS, width);
    Rows x = rows(ROWS, width);
    Rows dy = rows(ROWS, width);
    Rows up = rows(ROWS, width);
    float[] weight = new float[width];
    Arrays.fill(weight, 1);
    Norm norm = new Norm(width, weight, 1e-5f);
    Rows dx = Rows.allocate(ROWS, width);
    float[] dw = new float[width];
    throughput(
        "norm gradient",
        3 * bytes,
        () -> training.rmsNormGradient(x, dy, dx, ROWS, norm, Write.SET, dw, Write.SET));
    float[] gates = x.data().clone();
    float[] ups = up.data().clone();
    throughput(
        "swiglu gradient and copy",
        9 * bytes,
        () -> {
          System.arraycopy(gates, 0, x.data(), 0, gates.length);
          System.arraycopy(ups, 0, up.data(), 0, ups.length);
          training.swigluGradient(dy, x, up, ROWS, width);
        });
    int[] targets = new int[ROWS];
    float[] losses = new float[ROWS];
    throughput(
        "cross-entropy",
        2 * bytes,
        () -> training.crossEntropy(up, ROWS, width, targets, 0, 1f / ROWS, losses));
    float[] second = new float[dx.data().length];
    AdamW step = new AdamW(1e-4f, 0.9f, 0.95f, 1e-8f, 0.1f, 0.1f, 0.05f, 1);
    throughput(
        "AdamW", 7 * bytes, () -> training.adamW(x.data(), dy.data(), dx.data(), second, step));
    throughput("squared norm", bytes, () -> training.squaredNorm(x.data(), 0, x.data().length));
  }
}
