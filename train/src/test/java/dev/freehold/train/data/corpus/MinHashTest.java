package dev.freehold.train.data.corpus;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// Texts that share shingles agree in bands as often as theory says, and the bands never change.
class MinHashTest {
  private static final MinHash HASH = new MinHash(1);

  private static boolean agree(long[] a, long[] b) {
    for (int i = 0; i < a.length; i++) {
      if (a[i] == b[i]) {
        return true;
      }
    }
    return false;
  }

  private static Set<String> shingles(List<String> words) {
    Set<String> shingles = new HashSet<>();
    for (int i = 0; i + 5 <= words.size(); i++) {
      shingles.add(String.join(" ", words.subList(i, i + 5)));
    }
    return shingles;
  }

  @Test
  void wordsAreWithoutCaseAccentsNumbersAndMarks() {
    assertThat(MinHash.words("The caf\u00e9, in 1984: (\u00c9t\u00e9) don't!"))
        .containsExactly("the", "cafe", "in", "0", "ete", "don", "t");
    assertThat(HASH.bands("The Caf\u00e9 opened in 1984, then closed."))
        .isEqualTo(HASH.bands("the cafe  opened in 2001 then closed"));
  }

  @Test
  void aShortTextHasNoSignature() {
    assertThat(HASH.bands("one two three four")).isEmpty();
    assertThat(HASH.bands("one two three four five")).hasSize(MinHash.BANDS);
  }

  @Test
  void theSeedDecides() {
    String text = "one two three four five six seven";
    assertThat(HASH.bands(text)).isEqualTo(new MinHash(1).bands(text));
    assertThat(agree(HASH.bands(text), new MinHash(2).bands(text))).isFalse();
  }

  /// Pairs of texts with a known share of common shingles are found as often as `1 - (1 - s^8)^14`
  /// says, within four standard deviations.
  @Test
  void pairsAreFoundAsOftenAsTheirLikenessSays() {
    Random random = new Random(7);
    double expected = 0;
    double variance = 0;
    int found = 0;
    for (int pair = 0; pair < 300; pair++) {
      List<String> a = new ArrayList<>();
      for (int i = 0; i < 200; i++) {
        a.add(Integer.toString(random.nextInt(1 << 30), 36).replaceAll("[0-9]", "x"));
      }
      List<String> b = new ArrayList<>(a);
      for (int change = 0; change < pair % 12; change++) {
        b.set(random.nextInt(b.size()), "changed" + (char) ('a' + change));
      }
      Set<String> both = shingles(a);
      Set<String> either = shingles(a);
      both.retainAll(shingles(b));
      either.addAll(shingles(b));
      double s = (double) both.size() / either.size();
      double chance = 1 - Math.pow(1 - Math.pow(s, 8), MinHash.BANDS);
      expected += chance;
      variance += chance * (1 - chance);
      found += agree(HASH.bands(String.join(" ", a)), HASH.bands(String.join(" ", b))) ? 1 : 0;
    }
    assertThat((double) found)
        .isBetween(expected - 4 * Math.sqrt(variance), expected + 4 * Math.sqrt(variance));
    assertThat(found).isBetween(100, 280);
  }
}
