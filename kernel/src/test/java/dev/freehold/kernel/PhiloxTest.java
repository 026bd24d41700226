package dev.freehold.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Offset.offset;

import org.junit.jupiter.api.Test;

class PhiloxTest {
  /// The known answers that the authors' Random123 library (kat_vectors, philox4x32 10) checks.
  @Test
  void givesTheKnownAnswers() {
    assertThat(Philox.bits(0, 0, 0)).isEqualTo(0xE169_C58D_6627_E8D5L);
    assertThat(Philox.bits(-1, -1, -1)).isEqualTo(0x41C8_3B0E_408F_276DL);
    assertThat(Philox.bits(0x299F_31D0_A409_3822L, 0x0370_7344_1319_8A2EL, 0x85A3_08D3_243F_6A88L))
        .isEqualTo(0x94FD_CCEB_D16C_FE09L);
  }

  @Test
  void everyPartOfTheCounterCounts() {
    long bits = Philox.bits(1, 2, 3);
    for (int bit = 0; bit < 64; bit++) {
      assertThat(Philox.bits(1 ^ 1L << bit, 2, 3)).isNotEqualTo(bits);
      assertThat(Philox.bits(1, 2 ^ 1L << bit, 3)).isNotEqualTo(bits);
      assertThat(Philox.bits(1, 2, 3 ^ 1L << bit)).isNotEqualTo(bits);
    }
  }

  @Test
  void uniformNumbersFillTheirRangeEvenly() {
    int[] counts = new int[100];
    int draws = 100_000;
    for (int i = 0; i < draws; i++) {
      double u = Philox.uniform(42, 7, i);
      assertThat(u).isBetween(0.0, Math.nextDown(1.0));
      counts[(int) (u * counts.length)]++;
    }
    double chiSquare = 0;
    double expected = (double) draws / counts.length;
    for (int count : counts) {
      chiSquare += (count - expected) * (count - expected) / expected;
    }
    assertThat(chiSquare)
        .as("99 degrees of freedom, one in a thousand each side")
        .isBetween(60.0, 149.0);
  }

  @Test
  void floatsHaveTheHighestBits() {
    assertThat(Philox.uniformFloat(0, 0, 0)).isEqualTo(0xE169C5 * 0x1p-24f);
    assertThat(Philox.uniformFloat(-1, -1, -1)).isEqualTo(0x41C83B * 0x1p-24f);
  }

  @Test
  void normalNumbersHaveTheMomentsAndTailsOfTheirDistribution() {
    int draws = 400_000;
    double[] moments = new double[5];
    int beyondTwo = 0;
    for (int i = 0; i < draws; i++) {
      double x = Philox.normal(9, 3, i);
      for (int power = 1; power <= 4; power++) {
        moments[power] += Math.pow(x, power) / draws;
      }
      beyondTwo += x > 2 ? 1 : 0;
    }
    assertThat(moments[1]).isBetween(-0.006, 0.006);
    assertThat(moments[2]).isBetween(0.99, 1.01);
    assertThat(moments[3]).isBetween(-0.02, 0.02);
    assertThat(moments[4]).isBetween(2.93, 3.07);
    assertThat((double) beyondTwo / draws).isBetween(0.0217, 0.0238);
  }

  @Test
  void normalNumbersFollowTheFormula() {
    for (int i = 0; i < 1000; i++) {
      long bits = Philox.bits(4, 5, i);
      double u = ((bits & 0xff_ffff_ffffL) + 1) * 0x1p-40;
      double v = (bits >>> 40) * 0x1p-24;
      double exact = Math.sqrt(-2 * StrictMath.log(u)) * StrictMath.cos(2 * Math.PI * v);
      assertThat((double) Philox.normal(4, 5, i)).isCloseTo(exact, offset(1e-6));
    }
  }

  @Test
  void normalNumbersHaveTheRecordedBits() {
    int hash = 0;
    for (int i = 0; i < 10_000; i++) {
      hash = 31 * hash + Float.floatToIntBits(Philox.normal(1, 2, i));
    }
    assertThat(Philox.normal(0, 0, 0)).isEqualTo(0.7967025f);
    assertThat(hash).isEqualTo(122_423_767);
  }
}
