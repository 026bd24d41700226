package dev.freehold.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

/// Tokens of one to four bytes a character, and halves of pairs, are found by every kind of text.
class VocabularyTest {
  private static final List<String> TOKENS =
      List.of(
          "a", "", "\u00e9", "\u20ac", "\ud83d\ude00", "a\u20ac", "\u20ac\ud83d\ude00z", "\ud83d");

  private final Vocabulary vocabulary = Vocabulary.of(TOKENS, "tokens");

  @Test
  void everyTokenIsFound() {
    for (int id = 0; id < TOKENS.size(); id++) {
      String text = TOKENS.get(id);
      int expected = text.isEmpty() ? -1 : id;
      assertThat(vocabulary.find(text)).as(text).isEqualTo(expected);
      assertThat(vocabulary.find("<" + text + ">", 1, 1 + text.length())).isEqualTo(expected);
      int[] points = text.codePoints().toArray();
      assertThat(vocabulary.find(points, 0, points.length)).isEqualTo(expected);
      assertThat(vocabulary.text(id)).isEqualTo(text);
    }
    assertThat(vocabulary.find("b")).isEqualTo(-1);
    assertThat(vocabulary.find("\ude00")).isEqualTo(-1);
    assertThat(vocabulary.longest()).isEqualTo(4);
  }

  @Test
  void joinedTokensAreFound() {
    assertThat(vocabulary.findJoined(0, 3)).isEqualTo(5);
    assertThat(vocabulary.findJoined(3, 0)).isEqualTo(-1);
    assertThat(vocabulary.findJoined(0, 5, 1)).isEqualTo(5);
    assertThat(vocabulary.findJoined(1, 2)).isEqualTo(2);
  }

  @Test
  void aTokenThatIsThereTwiceIsRefused() {
    assertThatThrownBy(() -> Vocabulary.of(List.of("a", "\u20ac", "\u20ac"), "tokens"))
        .isInstanceOf(TextException.class)
        .hasMessageContaining("has the ids 1 and 2");
  }
}
