package dev.freehold.gateway.route;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PersonalDataTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "write to ann.b+c@mail.example.org today | an address of e-mail",
        "pay to DE89 3704 0044 0532 0130 00 and tell me | the number of an account (IBAN)",
        "gb82west12345698765432 | the number of an account (IBAN)",
        "card 4111 1111 1111 1111 | the number of a payment card",
        "card 4111-1111-1111-1111. | the number of a payment card",
        "call +49 (30) 1234-5678 | a telephone number",
        "number 078-05-1120 | a social security number"
      })
  void found(String text, String what) {
    assertThat(PersonalData.find(text)).contains(what);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a @ b, user@localhost",
        "DE89 3704 0044 0532 0130 02 has a wrong check digit",
        "4111 1111 1111 1112 too",
        "the year 2026-11-22, 3.14159265358979323846, version 1.2.3.4",
        "as of 12 items in 30 boxes +5 more",
        "000-12-3456"
      })
  void notFound(String text) {
    assertThat(PersonalData.find(text)).isEmpty();
  }

  /// No text takes long, whatever it repeats.
  @Test
  @Timeout(300)
  void hostileTextsAreFast() {
    for (String piece :
        new String[] {"a.", "a@", "a@a.", "DE89 ", "1 ", "11", "+1 ", "1-", "x", "+1(", "AB12a "}) {
      String text = piece.repeat(200_000 / piece.length());
      long begun = System.nanoTime();
      var unused = PersonalData.find(text);
      assertThat(Duration.ofNanos(System.nanoTime() - begun))
          .as(piece)
          .isLessThan(Duration.ofSeconds(60));
    }
  }
}
