package dev.freehold.kernel;

import static org.assertj.core.api.Assertions.assertThat;

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
    machine = new MachineRows(reference);
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

  private void checkQuantized(Rows x, int n, String what) {
    int blocks = ROWS * (n / 32) + 2;
    Int8Blocks wanted = new Int8Blocks(blocks);
    Int8Blocks found = new Int8Blocks(blocks);
    reference.quantize(x, 1, ROWS, n, wanted);
    machine.quantize(x, 1, ROWS, n, found);
    assertThat(found.integers()).as(what).isEqualTo(wanted.integers());
    assertThat(found.halfSums()).as(what).isEqualTo(wanted.halfSums());
    // A NaN may be another NaN.
    assertThat(found.scales()).as(what).isEqualTo(wanted.scales());
  }

  @Test
  void quantizationIsEqualForAllLengthsAndSizes() {
    float[] spreads = {0, 1e-42f, 1e-33f, 0x1p-100f, 1e-20f, 1, 1000, 1e37f, 2e38f};
    for (int blocks : new int[] {1, 15, 16, 17, 28, 31, 32, 33, 48, 64, 100}) {
      for (float spread : spreads) {
        int n = 32 * blocks;
        checkQuantized(random(n, spread, blocks), n, n + " of size " + spread);
      }
    }
  }

  @Test
  void quantizationIsEqualWhereSizesAreFarApart() {
    Random random = new Random(3);
    Rows x = random(1024, 1, 4);
    for (int i = 0; i < x.data().length; i++) {
      float size = (float) Math.pow(2, random.nextInt(-149, 128));
      x.data()[i] *= random.nextInt(4) == 0 ? size : x.data()[i / 32];
    }
    checkQuantized(x, 1024, "far apart");
  }

  @Test
  void halvesAreRoundedToEven() {
    Rows x = random(1024, 0, 1);
    for (int b = 0; b < x.data().length / 32; b++) {
      for (int i = 0; i < 32; i++) {
        x.data()[x.offset() + 32 * b + i] = i == 0 ? 127 : i % 2 == 0 ? 3.5f - i : i - 100.5f;
      }
    }
    checkQuantized(x, 1024, "halves");
  }

  @Test
  void quantizationIsEqualAtTheSmallestSize() {
    Rows x = random(1024, 0, 1);
    float[] sizes = {Math.nextDown(0x1p-100f), 0x1p-100f, Math.nextUp(0x1p-100f), -0x1p-100f, -0f};
    for (int b = 0; b < 2 * 32; b++) {
      for (int i = 0; i < 32; i++) {
        x.data()[x.at(1) + 32 * b + i] = sizes[b % sizes.length] / (i + 1);
      }
    }
    checkQuantized(x, 1024, "smallest");
  }

  @Test
  void quantizationIsEqualWhereNumbersAreNotFinite() {
    float[] strange = {
      Float.NaN,
      Float.intBitsToFloat(0xffc01234),
      Float.intBitsToFloat(0x7f800001),
      Float.POSITIVE_INFINITY,
      Float.NEGATIVE_INFINITY,
      Float.MAX_VALUE,
      -Float.MAX_VALUE
    };
    Rows x = random(1024, 1, 9);
    for (int b = 0; b < 31; b++) {
      x.data()[x.at(1) + 33 * b] = strange[b % strange.length];
      x.data()[x.at(2) + 35 * b % 1024] = strange[b * 3 % strange.length];
    }
    checkQuantized(x, 1024, "not finite");
  }
}
