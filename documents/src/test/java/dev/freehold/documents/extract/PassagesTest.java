package dev.freehold.documents.extract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freehold.documents.extract.Passages.Passage;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// Texts are cut into passages that lose nothing and cross no place.
class PassagesTest {
  private static List<Passage> cut(String text) {
    return Passages.of(new Extraction.Text(text, List.of(Place.WHOLE), List.of()));
  }

  @Test
  void shortParagraphsStayTogetherAndLongOnesAreCutAtSentences() {
    String sentence = "This sentence has quite a few words and ends with a point. ";
    String text = "First.\n\nSecond.\n\n" + sentence.repeat(60);
    List<Passage> passages = cut(text);
    assertThat(text.substring(passages.getFirst().start(), passages.getFirst().end()))
        .isEqualTo("First.\n\nSecond.");
    assertThat(passages.subList(1, passages.size()))
        .allSatisfy(p -> {
          assertThat(text.charAt(p.end() - 1)).isEqualTo('.');
          assertThat(p.end() - p.start()).isLessThanOrEqualTo(Passages.MAX_CHARACTERS);
        });
    assertThat(passages).hasSize(4);
  }

  @Test
  void everyLetterOfEveryTextIsInExactlyOnePassage() {
    for (long seed = 0; seed < 300; seed++) {
      Random random = new Random(seed);
      StringBuilder text = new StringBuilder();
      List<Place> places = new ArrayList<>(List.of(Place.WHOLE));
      String[] pieces = {
        "word", ". ", " ", "\n", "\n\n", "ä", "\uD83D\uDE00", "東京。", "x".repeat(900)
      };
      int length = random.nextInt(2_000);
      for (int i = 0; i < length; i++) {
        text.append(pieces[random.nextInt(random.nextInt(20) == 0 ? 9 : 8)]);
        if (random.nextInt(200) == 0 && text.length() > places.getLast().start()) {
          places.add(new Place(text.length(), List.of("h" + i), 0));
        }
      }
      String whole = text.toString();
      int at = 0;
      for (Passage passage : Passages.of(new Extraction.Text(whole, places, List.of()))) {
        assertThat(passage.start()).as("seed %d", seed).isGreaterThanOrEqualTo(at);
        assertThat(hasWord(whole, at, passage.start())).as("seed %d", seed).isFalse();
        assertThat(passage.end() - passage.start()).isBetween(1, Passages.MAX_CHARACTERS);
        assertThat(Character.isLowSurrogate(whole.charAt(passage.start()))).isFalse();
        Place place = placeAt(places, passage.start());
        assertThat(passage.place()).isEqualTo(place);
        assertThat(placeAt(places, passage.end() - 1)).isEqualTo(place);
        at = passage.end();
      }
      assertThat(hasWord(whole, at, whole.length())).as("seed %d", seed).isFalse();
    }
  }

  private static boolean hasWord(String text, int start, int end) {
    return text.substring(start, end).codePoints().anyMatch(Character::isLetterOrDigit);
  }

  private static Place placeAt(List<Place> places, int at) {
    return places.stream().filter(p -> p.start() <= at).reduce((a, b) -> b).orElseThrow();
  }
}
