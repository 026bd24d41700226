package dev.freehold.text.unicode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.InputStream;
import java.text.Normalizer;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class UnicodeTest {
  @Test
  void resourceIsWhatTheWriterWrites() throws Exception {
    assumeJdkOfTheTables();
    try (InputStream stream = Unicode.class.getResourceAsStream("unicode.bin")) {
      assertThat(stream.readAllBytes()).isEqualTo(UnicodeTableWriter.bytes());
    }
    assertThat(Unicode.version()).isEqualTo(UnicodeTableWriter.VERSION);
  }

  @Test
  void categoriesOfTheJdk() {
    assumeJdkOfTheTables();
    for (int cp = 0; cp < Unicode.CODE_POINTS; cp++) {
      assertThat(Unicode.category(cp)).isEqualTo(Character.getType(cp));
    }
  }

  @Test
  void unassignedStaysUnassigned() {
    assertThat(Unicode.category(0x378)).isEqualTo(Character.UNASSIGNED);
    assertThat(Unicode.category(0x1CCD6)).isEqualTo(Character.OTHER_SYMBOL); // new in 16.0
  }

  @ParameterizedTest
  @EnumSource(Normalization.class)
  void normalizesEveryCodePointAsTheJdkDoes(Normalization form) {
    assumeJdkOfTheTables();
    Normalizer.Form jdk = Normalizer.Form.valueOf(form.name());
    for (int cp = 0; cp < Unicode.CODE_POINTS; cp++) {
      if (cp < 0xD800 || cp > 0xDFFF) {
        String text = Character.toString(cp);
        assertThat(form.apply(text)).isEqualTo(Normalizer.normalize(text, jdk));
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Normalization.class)
  void normalizesSequencesOfMarksAndJamoAsTheJdkDoes(Normalization form) {
    assumeJdkOfTheTables();
    Random random = new Random(5);
    int[] starts = {'a', 'e', 0x41, 0x300, 0x323, 0x5B0, 0x1100, 0x1161, 0x11A8, 0xAC00, 0x1E0A};
    int[] spans = {3, 9, 26, 0x45, 9, 0x18, 19, 21, 27, 400, 200};
    for (int round = 0; round < 20000; round++) {
      StringBuilder text = new StringBuilder();
      for (int i = random.nextInt(8); i >= 0; i--) {
        int kind = random.nextInt(starts.length);
        text.appendCodePoint(starts[kind] + random.nextInt(spans[kind]));
      }
      assertThat(form.apply(text.toString()))
          .as("%s", text)
          .isEqualTo(Normalizer.normalize(text, Normalizer.Form.valueOf(form.name())));
    }
  }

  @Test
  void aMillionMarksAreSortedInTime() {
    String text = "a" + "\u0301\u0323".repeat(500_000);
    assertThat(Normalization.NFC.apply(text)).hasSize(1_000_000);
  }

  @Test
  void lowerCaseAndFold() {
    CodePoints out = new CodePoints(4);
    "İSſK".codePoints().forEach(cp -> Unicode.appendLower(cp, true, out));
    assertThat(out.toString()).isEqualTo("i\u0307sſk");
    assertThat(Unicode.fold('ſ')).isEqualTo('s');
    assertThat(Unicode.fold(0x212A)).isEqualTo('k');
  }

  @Test
  void loneSurrogatesAreReplaced() {
    assertThat(CodePoints.of("a\uD800b\uDC00", true).toString()).isEqualTo("a\uFFFDb\uFFFD");
  }

  private static void assumeJdkOfTheTables() {
    assumeTrue(
        Runtime.version().feature() == UnicodeTableWriter.JDK,
        "the running JDK holds another version of Unicode than the tables");
  }
}
