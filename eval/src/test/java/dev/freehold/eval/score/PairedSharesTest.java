package dev.freehold.eval.score;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Differences of pairs, their intervals and McNemar's test.
class PairedSharesTest {
  /// The example of D. G. Altman et al., Statistics with Confidence (2nd edition, 2000), table 6.2,
  /// which works out Newcombe's method: 19/41 less 14/41.
  @Test
  void theIntervalIsThatOfAltmansExample() {
    PairedShares shares = new PairedShares(14, 5, 0, 22);
    assertThat(shares.difference()).isCloseTo(0.122, within(0.0005));
    assertThat(shares.low()).isCloseTo(0.011, within(0.0011));
    assertThat(shares.high()).isCloseTo(0.226, within(0.0011));
  }

  @Test
  void theOtherWayRoundTheIntervalIsTurned() {
    PairedShares one = new PairedShares(40, 12, 5, 30);
    PairedShares other = new PairedShares(40, 5, 12, 30);
    assertThat(one.low()).isCloseTo(-other.high(), within(1e-12));
    assertThat(one.high()).isCloseTo(-other.low(), within(1e-12));
    assertThat(one.pValue()).isEqualTo(other.pValue());
  }

  /// M. P. Fay, Exact McNemar's test and matching confidence intervals (vignette of the R package
  /// exact2x2): 21, 2, 9, 12 has p = 0.06543. The second line is 5 against 0: 2/32.
  @ParameterizedTest
  @CsvSource({"21, 2, 9, 12, 0.06543", "14, 5, 0, 22, 0.0625", "50, 0, 0, 50, 1", "1, 3, 3, 1, 1"})
  void theTestIsMcNemarsExact(int both, int first, int second, int neither, double p) {
    assertThat(new PairedShares(both, first, second, neither).pValue())
        .isCloseTo(p, within(0.000005));
  }

  /// Against the same sum in whole numbers of any length.
  @Test
  void theTestHoldsForManyPairs() {
    for (int less : new int[] {0, 1, 59, 400}) {
      int more = 500;
      BigInteger sum = BigInteger.ZERO;
      BigInteger choices = BigInteger.ONE;
      for (int k = 0; k <= less; k++) {
        sum = sum.add(choices);
        choices =
            choices.multiply(BigInteger.valueOf(less + more - k)).divide(BigInteger.valueOf(k + 1));
      }
      double exact =
          new BigDecimal(sum.shiftLeft(1))
              .divide(new BigDecimal(BigInteger.ONE.shiftLeft(less + more)), MathContext.DECIMAL64)
              .doubleValue();
      assertThat(new PairedShares(0, less, more, 0).pValue())
          .isCloseTo(exact, within(exact * 1e-9));
    }
  }

  @Test
  void aTableWithoutSpreadHasAnInterval() {
    PairedShares allRight = new PairedShares(30, 0, 0, 0);
    assertThat(allRight.difference()).isZero();
    assertThat(allRight.low()).isBetween(-0.2, -0.05);
    assertThat(allRight.high()).isBetween(0.05, 0.2);
    PairedShares none = new PairedShares(0, 0, 0, 0);
    assertThat(none.low()).isEqualTo(-1);
    assertThat(none.high()).isEqualTo(1);
  }

  /// How often the interval holds the true difference, over random tables with a fixed seed.
  @Test
  void theIntervalHoldsTheTruthAboutAsOftenAsItSays() {
    java.util.SplittableRandom random = new java.util.SplittableRandom(7);
    int held = 0;
    int rounds = 4000;
    for (int round = 0; round < rounds; round++) {
      int[] counts = new int[4];
      for (int i = 0; i < 120; i++) {
        double u = random.nextDouble();
        counts[u < 0.6 ? 0 : u < 0.75 ? 1 : u < 0.85 ? 2 : 3]++;
      }
      PairedShares shares = new PairedShares(counts[0], counts[1], counts[2], counts[3]);
      held += shares.low() <= 0.05 && 0.05 <= shares.high() ? 1 : 0;
    }
    assertThat((double) held / rounds).as("seed 7").isBetween(0.935, 0.975);
  }
}
