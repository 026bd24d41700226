package dev.freehold.kernel;

import static org.assertj.core.api.Assertions.assertThat;

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
}
