package dev.freehold.text;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freehold.text.regex.Regex;
import java.util.List;
import org.junit.jupiter.api.Test;

class TokenDecoderTest {
  private static String decoded(TokenDecoder decoder, String... tokens) {
    StringBuilder text = new StringBuilder();
    DecodeStage stage =
        decoder.open(
            new DecodeStage() {
              @Override
              public void token(String part) {
                text.append(part);
              }

              @Override
              public void chunk(String part) {
                text.append(part);
              }

              @Override
              public void end() {}
            });
    for (String token : tokens) {
      stage.token(token);
    }
    stage.end();
    return text.toString();
  }

  @Test
  void kinds() {
    assertThat(decoded(new TokenDecoder.Spaced(), "a", "b")).isEqualTo("a b");
    assertThat(decoded(new TokenDecoder.BytePair("</w>"), "a</w>", "b", "c</w>")).isEqualTo("a bc");
    assertThat(decoded(new TokenDecoder.WordPiece("##", true), "do", "##g", "'s", ",", "it"))
        .isEqualTo("dog's, it");
    assertThat(decoded(new TokenDecoder.Ctc("<pad>", "|", true), "a", "a", "<pad>", "a", "|", "b"))
        .isEqualTo("aa b");
    assertThat(decoded(new TokenDecoder.Metaspace('_', true), "_a", "_b_")).isEqualTo("a b ");
    assertThat(decoded(new TokenDecoder.Metaspace('_', false), "_a", "_b")).isEqualTo(" a b");
  }

  @Test
  void bytesInARowAreTextTogetherOrNotAtAll() {
    TokenDecoder bytes = new TokenDecoder.ByteFallback();
    assertThat(decoded(bytes, "<0xC3>", "<0xA9>", "x")).isEqualTo("\u00E9x");
    assertThat(decoded(bytes, "<0xC3>", "<0xA9>", "<0xFF>")).isEqualTo("\uFFFD\uFFFD\uFFFD");
    assertThat(decoded(bytes, "<0xEF>", "<0xBF>", "<0xBD>")).isEqualTo("\uFFFD");
    assertThat(decoded(bytes, "<0xZZ>")).isEqualTo("<0xZZ>");
  }

  @Test
  void fusedTextIsWorkedOnAsOne() {
    TokenDecoder.Strip both = new TokenDecoder.Strip(' ', 1, 1);
    assertThat(decoded(both, " a ", " b ")).isEqualTo("ab");
    assertThat(
            decoded(
                new TokenDecoder.Sequence(List.of(new TokenDecoder.Fuse(), both)), " a ", " b "))
        .isEqualTo("a  b");
    TokenDecoder replace = new TokenDecoder.Replace(Regex.literal("ab"), "x");
    assertThat(decoded(replace, "a", "b")).isEqualTo("ab");
    assertThat(
            decoded(new TokenDecoder.Sequence(List.of(new TokenDecoder.Fuse(), replace)), "a", "b"))
        .isEqualTo("x");
  }
}
