package dev.freehold.train.data.corpus;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freehold.tensor.Sha256;
import dev.freehold.train.recipe.CorpusDescription.Cleaning;
import dev.freehold.train.recipe.CorpusDescription.Replacement;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// Texts come into one form, and traces of persons go, each in the same way wherever they stand.
class CleaningTest {
  private static final Cleaner ALL = new Cleaner(new Cleaning(true, true, true, true));
  private static final Cleaner NONE = new Cleaner(new Cleaning(false, false, false, false));
  private static final PersonalData PERSONAL = new PersonalData(new Replacement(true, true));

  @Test
  void eachStepDoesItsPart() {
    String text = "\ufeff \n a\u0301\r\nb \t\rc\u0000\u0085d\n\n e  \n \n";
    assertThat(ALL.clean(text)).isEqualTo(" \u00e1\nb\ncd\n\n e");
    assertThat(NONE.clean(text)).isEqualTo(text);
    assertThat(new Cleaner(new Cleaning(true, false, false, false)).clean("a\u0301\r\n"))
        .isEqualTo("\u00e1\r\n");
    assertThat(new Cleaner(new Cleaning(false, false, true, false)).clean("a\u0301\r\u0007b\t\n"))
        .isEqualTo("a\u0301b\t\n");
    assertThat(ALL.clean("")).isEmpty();
    assertThat(ALL.clean(" \t\n\r ")).isEmpty();
  }

  /// What a control character held apart may join when it goes, so the order of the steps matters.
  @Test
  void whatIsCleanStaysAsItIs() {
    Random random = new Random(3);
    String signs = "a\u0301\u0327e \t\n\r\u0000\ufeff\u1100\u1161\u212b\ud83d\ude00";
    int[] points = signs.codePoints().toArray();
    for (int round = 0; round < 2000; round++) {
      StringBuilder text = new StringBuilder();
      for (int i = 0; i < 12; i++) {
        text.appendCodePoint(points[random.nextInt(points.length)]);
      }
      String once = ALL.clean(text.toString());
      assertThat(ALL.clean(once)).isEqualTo(once);
    }
  }

  private static String replace(String text, int id) {
    return PERSONAL.replace(text, new byte[] {(byte) id}, Sha256.begin());
  }

  @Test
  void addressesGo() {
    String replaced = replace("Write to jane.doe+x@mail.example-site.co.uk. Or (a@b.cd)!", 1);
    assertThat(replaced)
        .matches("Write to \\S+@example\\.(com|org)\\. Or \\(\\S+@example\\.(com|org)\\)!");
    assertThat(replace("the host 8.8.4.4, port 53", 1))
        .matches("the host (192\\.0\\.2|198\\.51\\.100|203\\.0\\.113)\\.\\d{1,3}, port 53");
  }

  @Test
  void whatIsNoAddressStays() {
    for (String text :
        new String[] {
          "a @ b.c",
          "a@b",
          "@b.c",
          "a@",
          "a.@b.c",
          "x@-b.c",
          "@@@@",
          "1.2.3",
          "1.2.3.4.5",
          "256.1.1.1",
          "1000.1.1.1",
          "127.0.0.1 and 192.168.3.4 and 10.1.2.3",
          "3.14",
          "...."
        }) {
      assertThat(replace(text, 1)).isEqualTo(text);
    }
    assertThat(
            new PersonalData(new Replacement(false, false))
                .replace("a@b.cd 8.8.4.4", new byte[1], Sha256.begin()))
        .isEqualTo("a@b.cd 8.8.4.4");
  }

  @Test
  void theDocumentAloneChoosesWhatComesInstead() {
    String text = "a@b.cd ".repeat(12) + "8.8.4.4 ".repeat(12);
    assertThat(replace(text, 1)).isEqualTo(replace(text, 1)).isNotEqualTo(replace(text, 2));
    assertThat(replace(text, 1)).contains("email@example.com", "firstname.lastname@example.org");
  }

  @Test
  void hostileTextsTakeLinearTime() {
    String dots = "a.".repeat(2_000_000);
    assertThat(replace(dots + "@", 1)).hasSize(4_000_001);
    assertThat(replace("a@".repeat(2_000_000), 1)).hasSize(4_000_000);
    assertThat(replace("1.".repeat(2_000_000), 1)).hasSize(4_000_000);
  }
}
