package dev.freehold.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Texts and ids arrive as they were given, or are refused with the place of the mistake.
class UserInputTest {
  @ParameterizedTest
  @ValueSource(
      strings = {"1,2,3", " 1 2 3\n", "[1, 2, 3]", "{\"ids\": [1,2,3]}", "{\"ids\":[1, 2,3]}\n"})
  void idsAreReadInTheFormsThatProgramsWrite(String text) {
    assertThat(UserInput.ids(text)).containsExactly(1, 2, 3);
  }

  @Test
  void noIdsAreNoIds() {
    assertThat(UserInput.ids("")).isEmpty();
    assertThat(UserInput.ids("{\"ids\": []}")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"1,x", "99999999999", "1.5", "{\"id\": [1]}", "[1"})
  void otherThingsAreRefused(String text) {
    assertThatThrownBy(() -> UserInput.ids(text))
        .isInstanceOf(CliException.class)
        .hasMessageContaining("token ids");
  }

  @Test
  void idsMustBeOfTheVocabulary() {
    assertThatThrownBy(() -> UserInput.within(new int[] {3, 10}, 10))
        .hasMessage("token id 10: this vocabulary has ids 0 to 9");
    assertThatThrownBy(() -> UserInput.within(new int[] {-1}, 10)).isInstanceOf(CliException.class);
  }

  @Test
  void textKeepsEveryByteAndMustBeUtf8() {
    byte[] odd = " a\r\n\u0000ä😀\n".getBytes(StandardCharsets.UTF_8);
    assertThat(UserInput.text(odd, "x").getBytes(StandardCharsets.UTF_8)).isEqualTo(odd);
    byte[] bad = {'a', 'b', (byte) 0xc3, 'x'};
    assertThatThrownBy(() -> UserInput.text(bad, "input.txt"))
        .hasMessage("input.txt: not UTF-8 at byte 2 (found 0xc3)");
  }
}
