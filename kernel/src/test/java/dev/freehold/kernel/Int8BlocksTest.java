package dev.freehold.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Int8 blocks of activations are the reference's in every tier and width.
class Int8BlocksTest {
  private static final int ROWS = 3;

  /// Stands for the machine tier where otherwise a width stands.
  private static final int MACHINE = 0;

  private final RowOps reference = new ReferenceRows();

  private static IntStream tiers() {
    boolean emitted = MachineSupport.here().lacksFloats(InstructionSet.AVX512_VNNI).isEmpty();
    return IntStream.concat(
        IntStream.of(128, 256, 512), emitted ? IntStream.of(MACHINE) : IntStream.empty());
  }

  private RowOps tier(int bits) {
    return bits == MACHINE
        ? new MachineRows(() -> reference)
        : VectorTemplates.load(RowOps.class, "VectorRows", bits);
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

  private void check(int bits, Rows x, int n, String what) {
    int blocks = ROWS * (n / 32) + 2;
    Int8Blocks wanted = new Int8Blocks(blocks);
    Int8Blocks found = new Int8Blocks(blocks);
    reference.quantize(x, 1, ROWS, n, wanted);
    tier(bits).quantize(x, 1, ROWS, n, found);
    assertThat(found.integers()).as(what).isEqualTo(wanted.integers());
    assertThat(found.halfSums()).as(what).isEqualTo(wanted.halfSums());
    // A NaN may be another NaN.
    assertThat(found.scales()).as(what).isEqualTo(wanted.scales());
  }

  @ParameterizedTest
  @MethodSource("tiers")
  void theyAreEqualForAllLengthsAndSizes(int bits) {
    float[] spreads = {0, 1e-42f, 1e-33f, 0x1p-100f, 1e-20f, 1, 1000, 1e37f, 2e38f};
    for (int blocks : new int[] {1, 15, 16, 17, 28, 31, 32, 33, 48, 64, 100}) {
      for (float spread : spreads) {
        int n = 32 * blocks;
        check(bits, random(n, spread, blocks), n, n + " of size " + spread);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("tiers")
  void theyAreEqualForRowsThatFollowEachOther(int bits) {
    for (int n : new int[] {32, 256, 288, 480}) {
      Rows apart = random(n * ROWS, 1, n);
      check(bits, new Rows(apart.data(), 3, n), n, "" + n);
    }
  }

  @ParameterizedTest
  @MethodSource("tiers")
  void theyAreEqualWhereSizesAreFarApart(int bits) {
    Random random = new Random(3);
    Rows x = random(1024, 1, 4);
    for (int i = 0; i < x.data().length; i++) {
      float size = (float) Math.pow(2, random.nextInt(-149, 128));
      x.data()[i] *= random.nextInt(4) == 0 ? size : x.data()[i / 32];
    }
    check(bits, x, 1024, "far apart");
  }

  @ParameterizedTest
  @MethodSource("tiers")
  void halvesAreRoundedToEven(int bits) {
    Rows x = random(1024, 0, 1);
    for (int b = 0; b < x.data().length / 32; b++) {
      for (int i = 0; i < 32; i++) {
        x.data()[x.offset() + 32 * b + i] = i == 0 ? 127 : i % 2 == 0 ? 3.5f - i : i - 100.5f;
      }
    }
    check(bits, x, 1024, "halves");
  }

  @ParameterizedTest
  @MethodSource("tiers")
  void theyAreEqualAtTheSmallestSize(int bits) {
    Rows x = random(1024, 0, 1);
    float[] sizes = {Math.nextDown(0x1p-100f), 0x1p-100f, Math.nextUp(0x1p-100f), -0x1p-100f, -0f};
    for (int b = 0; b < 2 * 32; b++) {
      for (int i = 0; i < 32; i++) {
        x.data()[x.at(1) + 32 * b + i] = sizes[b % sizes.length] / (i + 1);
      }
    }
    check(bits, x, 1024, "smallest");
  }

  @ParameterizedTest
  @MethodSource("tiers")
  void theyAreEqualWhereNumbersAreNotFinite(int bits) {
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
    check(bits, x, 1024, "not finite");
  }

  @Test
  void theReferenceRoundsHalvesToEven() {
    float[] x = new float[32];
    x[0] = 127;
    x[1] = 0.5f;
    x[2] = 1.5f;
    x[3] = 2.5f;
    x[4] = -0.5f;
    x[5] = -1.5f;
    Int8Blocks blocks = new Int8Blocks(1);
    reference.quantize(new Rows(x, 0, 32), 0, 1, 32, blocks);
    assertThat(Arrays.copyOf(blocks.integers(), 6)).containsExactly(127, 0, 2, 2, 0, -2);
  }
}
