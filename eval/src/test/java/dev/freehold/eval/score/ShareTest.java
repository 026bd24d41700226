package dev.freehold.eval.score;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Shares and their intervals.
class ShareTest {
  /// R. G. Newcombe, Two-sided confidence intervals for the single proportion, Statistics in
  /// Medicine 17 (1998), 857-872, table I, method 3 (score, without continuity correction).
  @ParameterizedTest
  @CsvSource({
    "81, 263, 0.2553, 0.3662",
    "15, 148, 0.0624, 0.1605",
    "0, 20, 0, 0.1611",
    "1, 29, 0.0061, 0.1718"
  })
  void intervalsAreThoseOfNewcombesTable(int right, int all, double low, double high) {
    Share share = new Share(right, all);
    assertThat(share.low()).isCloseTo(low, within(0.00005));
    assertThat(share.high()).isCloseTo(high, within(0.00005));
  }

  /// The figures are those of the formula computed by hand for 950 of 1000.
  @Test
  void intervalsAreWilsons() {
    Share share = new Share(950, 1000);
    assertThat(share.low()).isCloseTo(0.93469, within(1e-5));
    assertThat(share.high()).isCloseTo(0.96186, within(1e-5));
  }

  @Test
  void theEdgesAreExact() {
    assertThat(new Share(0, 20).low()).isZero();
    assertThat(new Share(20, 20).high()).isEqualTo(1);
    assertThat(new Share(20, 20).low()).isCloseTo(1 - 0.1611, within(0.00005));
  }

  @Test
  void ofNothingNothingIsKnown() {
    Share none = new Share(0, 0);
    assertThat(none.isEmpty()).isTrue();
    assertThat(none.low()).isZero();
    assertThat(none.high()).isEqualTo(1);
    assertThat(none.value()).isZero();
  }

  @Test
  void impossibleCountsAreRefused() {
    assertThatThrownBy(() -> new Share(3, 2)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Share(-1, 2)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Share(Double.NaN, 2)).isInstanceOf(IllegalArgumentException.class);
  }
}
