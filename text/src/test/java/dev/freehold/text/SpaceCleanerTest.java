package dev.freehold.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SpaceCleanerTest {
  /// The three passes over a whole text, one character at a time.
  private static String reference(String text) {
    String first = text.replaceAll(" ([?!.,])", "$1");
    StringBuilder second = new StringBuilder();
    for (int i = 0; i < first.length(); i++) {
      boolean lonely = first.startsWith(" ' ", i);
      second.append(lonely ? "'" : first.substring(i, i + 1));
      i += lonely ? 2 : 0;
    }
    return second.toString().replaceAll(" '(s|m|re|ve)", "'$1");
  }

  private static String cleaned(String text, int step) {
    SpaceCleaner cleaner = new SpaceCleaner();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    for (int i = 0; i < bytes.length; i += step) {
      byte[] part = java.util.Arrays.copyOfRange(bytes, i, Math.min(bytes.length, i + step));
      out.writeBytes(cleaner.feed(part));
    }
    out.writeBytes(cleaner.finish());
    return out.toString(StandardCharsets.UTF_8);
  }

  @Test
  void cleansAsTheWholeTextIsCleaned() {
    Random random = new Random(11);
    String alphabet = "  ''smrevetd.,?!x";
    for (int round = 0; round < 20_000; round++) {
      StringBuilder text = new StringBuilder();
      for (int i = random.nextInt(12); i >= 0; i--) {
        text.append(alphabet.charAt(random.nextInt(alphabet.length())));
      }
      String expected = reference(text.toString());
      assertThat(cleaned(text.toString(), 1)).as("[%s]", text).isEqualTo(expected);
      assertThat(cleaned(text.toString(), 3)).as("[%s]", text).isEqualTo(expected);
    }
  }

  @Test
  void examples() {
    assertThat(cleaned("Hello , world ! It 's a ' b I 've  .", 2))
        .isEqualTo("Hello, world! It's a'b I've .");
  }
}
