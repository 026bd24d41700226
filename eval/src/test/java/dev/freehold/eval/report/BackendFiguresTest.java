package dev.freehold.eval.report;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BackendFiguresTest {
  @ParameterizedTest
  @CsvSource({
    "0, 0.000000",
    "1.5, 1.500000",
    "0.000872, 0.000872",
    "0.0000012, 0.0000012",
    "1.17e-8, 0.000000012"
  })
  void smallAmountsKeepTheirDigits(double amount, String told) {
    assertThat(BackendFigures.money(amount)).isEqualTo(told);
  }
}
