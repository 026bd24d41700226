package dev.freehold.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Emitted operations on rows give the bits of the reference, on awkward lengths and numbers.
class MachineRowsTest {
  private static final int ROWS = 3;

  private final RowOps reference = new ReferenceRows();
  private RowOps machine = reference;

  @BeforeEach
  void open() {
    MachineSupport here = MachineSupport.here();
    Assumptions.assumeTrue(
        here.lacksFloats(InstructionSet.AVX512_VNNI).isEmpty(), "there is no AVX-512");
    machine = new MachineRows(() -> reference);
  }

  /// Rows that do not follow each other at once, from no even place on.
  private static Rows random(int columns, float spread, long seed) {
    Random random = new Random(seed);
    Rows result = new Rows(new float[ROWS * (columns + 3) + 5], 5, columns + 3);
    for (int i = 0; i < result.data().length; i++) {
      result.data()[i] = (float) random.nextGaussian() * spread;
    }
    return result;
  }

  @Test
  void lesserInstructionsLeaveRowsToTheVectorTier() {
    KernelOptions best = new KernelOptions(Tier.MACHINE, 0, 1, ActivationFormat.INT8);
    try (Kernels kernels = Kernels.open(best)) {
      assertThat(kernels.rowOps()).isInstanceOf(MachineRows.class);
    }
    for (InstructionSet lesser : List.of(InstructionSet.AVX_VNNI, InstructionSet.AVX2)) {
      KernelOptions options = new KernelOptions(Tier.MACHINE, 0, 1, ActivationFormat.INT8, lesser);
      try (Kernels kernels = Kernels.open(options)) {
        assertThat(kernels.rowOps()).isNotInstanceOf(MachineRows.class);
      }
    }
  }

  @Test
  void rowsBeyondTheirArraysAreRefused() {
    Rows x = random(512, 1, 1);
    Rows beyond = new Rows(new float[3 * 512 - 1], 0, 512);
    Norm norm = new Norm(512, new float[0], 1e-6f);
    RopeTable table = new RopeTable(new double[64], 1, ROWS);
    Rope rope = new Rope(4, 128, 0, Rope.Pairing.HALVES);
    List<Runnable> calls =
        List.of(
            () -> machine.quantize(beyond, 0, ROWS, 512, new Int8Blocks(3 * 16)),
            () -> machine.quantize(x, 0, ROWS, 512, new Int8Blocks(3 * 16 - 1)),
            () -> machine.rmsNorm(beyond, x, 0, ROWS, norm),
            () -> machine.rmsNorm(x, beyond, 0, ROWS, norm),
            () -> machine.activate(Activation.SILU, beyond, x, 0, ROWS, 512),
            () -> machine.activate(Activation.SILU, x, beyond, 0, ROWS, 512),
            () -> machine.activateGated(Activation.SILU, x, beyond, x, 0, ROWS, 512),
            () -> machine.add(beyond, x, 0, ROWS, 512),
            () -> machine.add(x, beyond, 0, ROWS, 512),
            () -> machine.rope(beyond, 0, ROWS, rope, table),
            () -> machine.rope(x, 0, ROWS, rope, new RopeTable(new double[64], 1, ROWS - 1)));
    for (Runnable call : calls) {
      assertThatThrownBy(call::run).isInstanceOf(IndexOutOfBoundsException.class);
    }
  }

  private interface Op {
    void run(RowOps ops, Rows x, Rows y);
  }

  private static final int[] LENGTHS = {1, 15, 16, 17, 31, 32, 33, 47, 64, 100, 128, 256, 1000};

  private static final float[] STRANGE = {
    0,
    -0f,
    Float.MIN_VALUE,
    -Float.MIN_VALUE,
    0x1.8p-140f,
    -0x1.234p-127f,
    Float.MIN_NORMAL,
    0x1p-75f,
    -0x1p-64f,
    -126,
    Math.nextDown(-126f),
    -103.97f,
    -87.5f,
    -11,
    11,
    1e30f,
    -1e30f,
    Float.MAX_VALUE,
    -Float.MAX_VALUE,
    Float.POSITIVE_INFINITY,
    Float.NEGATIVE_INFINITY,
    Float.NaN,
    Float.intBitsToFloat(0xffc01234)
  };

  private static Rows copy(Rows rows) {
    return new Rows(rows.data().clone(), rows.offset(), rows.stride());
  }

  /// A NaN may be another NaN.
  private static int[] canonical(Rows rows) {
    int[] bits = new int[rows.data().length];
    for (int i = 0; i < bits.length; i++) {
      bits[i] = Float.floatToIntBits(rows.data()[i]);
    }
    return bits;
  }

  private void check(Rows x, Rows y, String what, Op op) {
    Rows wantedX = copy(x);
    Rows wantedY = copy(y);
    op.run(reference, wantedX, wantedY);
    op.run(machine, x, y);
    assertThat(canonical(y)).as(what).isEqualTo(canonical(wantedY));
    assertThat(canonical(x)).as(what).isEqualTo(canonical(wantedX));
  }

  private void checkActivations(Rows x, Rows y, int n, String what) {
    for (Activation f : Activation.values()) {
      String name = f + " " + what;
      check(copy(x), copy(y), name, (ops, a, b) -> ops.activate(f, a, b, 1, ROWS, n));
      check(copy(x), copy(y), name, (ops, a, b) -> ops.activate(f, a, a, 0, ROWS, n));
      check(copy(x), copy(y), name, (ops, a, b) -> ops.activateGated(f, a, b, a, 1, ROWS, n));
      check(copy(x), copy(y), name, (ops, a, b) -> ops.activateGated(f, a, b, b, 0, ROWS, n));
    }
  }

  @Test
  void activationsAreEqual() {
    for (int n : LENGTHS) {
      for (float spread : new float[] {1e-40f, 1, 8, 90}) {
        checkActivations(random(n, spread, n), random(n, 1, n + 1), n, n + " of size " + spread);
      }
    }
  }

  @Test
  void activationsOfStrangeNumbersAreEqual() {
    int n = 2 * STRANGE.length + 1;
    Rows x = random(n, 1, 1);
    Rows y = random(n, 1, 2);
    for (int i = 0; i < x.data().length; i++) {
      x.data()[i] = STRANGE[i % STRANGE.length];
      y.data()[i] = STRANGE[i * 5 % STRANGE.length];
    }
    checkActivations(x, y, n, "strange");
    checkActivations(x, random(n, 1, 3), n, "strange");
  }

  /// Every so many-th of all float32 numbers.
  @Test
  void activationsAreEqualEverywhere() {
    int n = 1 << 16;
    Rows x = random(n, 1, 1);
    for (int i = 0; i < x.data().length; i++) {
      x.data()[i] = Float.intBitsToFloat((int) (i * 0x1_0000_0000L / x.data().length));
    }
    Rows y = random(n, 1, 2);
    for (Activation f : new Activation[] {Activation.SILU, Activation.GELU_TANH}) {
      check(copy(x), copy(y), f.name(), (ops, a, b) -> ops.activate(f, a, b, 0, ROWS, n));
      check(copy(x), copy(y), f.name(), (ops, a, b) -> ops.activateGated(f, a, b, b, 0, ROWS, n));
    }
  }

  @Test
  void sumsAreEqual() {
    for (int n : LENGTHS) {
      Rows x = random(n, 1, n);
      Rows y = random(n, 1, n + 1);
      check(copy(x), copy(y), "" + n, (ops, a, b) -> ops.add(a, b, 1, ROWS, n));
      check(copy(x), copy(y), "twice " + n, (ops, a, b) -> ops.add(b, b, 0, ROWS, n));
      for (int i = 0; i < x.data().length; i++) {
        x.data()[i] = STRANGE[i % STRANGE.length];
        y.data()[i] = STRANGE[i * 5 % STRANGE.length];
      }
      check(x, y, "strange " + n, (ops, a, b) -> ops.add(a, b, 0, ROWS, n));
    }
  }

  @Test
  void normsAreEqual() {
    float[] none = {};
    for (int n : LENGTHS) {
      for (int groups : new int[] {1, 3}) {
        for (float spread : new float[] {0, 1e-42f, 1e-20f, 1, 1e19f, 1e25f}) {
          Rows x = random(n * groups, spread, n);
          Rows y = random(n * groups, 1, n + 1);
          String what = "%d groups of %d of size %s".formatted(groups, n, spread);
          for (float[] weights : new float[][] {none, new float[n], new float[n * groups]}) {
            Random random = new Random(n);
            for (int i = 0; i < weights.length; i++) {
              weights[i] = (float) random.nextGaussian();
            }
            Norm norm = new Norm(n, groups, weights, none, 1e-6f);
            check(copy(x), copy(y), what, (ops, a, b) -> ops.rmsNorm(a, b, 1, ROWS, norm));
            check(copy(x), copy(y), what, (ops, a, b) -> ops.rmsNorm(a, a, 0, ROWS, norm));
          }
        }
      }
    }
  }

  @Test
  void normsOfStrangeNumbersAreEqual() {
    for (float strange : STRANGE) {
      Rows x = random(100, 1e-30f, 5);
      x.data()[x.at(1) + 77] = strange;
      Norm norm = new Norm(100, Arrays.copyOf(random(100, 1, 2).data(), 100), 0);
      check(x, random(100, 1, 6), "with " + strange, (ops, a, b) -> ops.rmsNorm(a, b, 0, 2, norm));
    }
  }

  @Test
  void ropeIsEqual() {
    for (Rope.Pairing pairing : Rope.Pairing.values()) {
      for (int pairs : new int[] {1, 4, 8, 16, 24, 32, 40, 48, 64, 128}) {
        for (int heads : new int[] {1, 2, 5}) {
          double[] frequencies = new double[pairs];
          for (int i = 0; i < pairs; i++) {
            frequencies[i] = Math.pow(10_000, -i / (double) pairs);
          }
          RopeTable table = new RopeTable(frequencies, 1.1, ROWS);
          for (int t = 0; t < ROWS; t++) {
            table.set(t, 1000 + t);
          }
          for (int start : new int[] {0, 3}) {
            int headDim = 2 * pairs + start + 2;
            Rope rope = new Rope(heads, headDim, start, pairing);
            Rows x = random(heads * headDim, 1, pairs);
            x.data()[x.at(1) + start] = -0f;
            x.data()[x.at(2) + start + 1] = Float.NEGATIVE_INFINITY;
            check(x, copy(x), rope + " " + pairs, (ops, a, b) -> ops.rope(a, 1, ROWS, rope, table));
          }
        }
      }
    }
  }
}
