package dev.freehold.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StopMatcherTest {
  private static String run(StopMatcher matcher, String... pieces) {
    StringBuilder text = new StringBuilder();
    for (String piece : pieces) {
      text.append(matcher.feed(piece));
    }
    return text.append(matcher.finish()).toString();
  }

  @Test
  void textWithoutStopStringsPassesAtOnce() {
    StopMatcher matcher = new StopMatcher(List.of());

    assertThat(matcher.feed("any text")).isEqualTo("any text");
    assertThat(matcher.found()).isFalse();
  }

  @Test
  void onlyWhatCouldBecomeAStopStringIsHeldBack() {
    StopMatcher matcher = new StopMatcher(List.of("###"));

    assertThat(matcher.feed("one #")).isEqualTo("one ");
    assertThat(matcher.feed("# two")).isEqualTo("## two");
    assertThat(matcher.feed(" ##")).isEqualTo(" ");
    assertThat(matcher.feed("# three")).isEmpty();
    assertThat(matcher.found()).isTrue();
    assertThat(matcher.feed("four")).isEmpty();
    assertThat(matcher.finish()).isEmpty();
  }

  @Test
  void whatWasHeldBackComesAtTheEnd() {
    StopMatcher matcher = new StopMatcher(List.of("END"));

    assertThat(matcher.feed("the EN")).isEqualTo("the ");
    assertThat(matcher.finish()).isEqualTo("EN");
  }

  @Test
  void aMatchMayBeginWithinAFailedOne() {
    assertThat(run(new StopMatcher(List.of("aab")), "a", "a", "a", "b", "c")).isEqualTo("a");
    assertThat(run(new StopMatcher(List.of("abab!")), "ababab!")).isEqualTo("ab");
  }

  @Test
  void theFirstToBeCompleteWinsAndOfThoseTheLongest() {
    assertThat(run(new StopMatcher(List.of("bcd", "c")), "abcd")).isEqualTo("ab");
    assertThat(run(new StopMatcher(List.of("c", "bc")), "abc")).isEqualTo("a");
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void howTextIsCutChangesNothing(long seed) {
    Random random = new Random(seed);
    for (int round = 0; round < 500; round++) {
      String text = letters(random, 40);
      List<String> stops = new ArrayList<>();
      for (int i = random.nextInt(4); i >= 0; i--) {
        stops.add(letters(random, 1 + random.nextInt(5)));
      }
      StopMatcher matcher = new StopMatcher(stops);
      StringBuilder out = new StringBuilder();
      for (int at = 0; at < text.length(); ) {
        int end = Math.min(text.length(), at + 1 + random.nextInt(6));
        out.append(matcher.feed(text.substring(at, end)));
        at = end;
      }
      out.append(matcher.finish());
      assertThat(out.toString())
          .as("%s in %s, seed %d", stops, text, seed)
          .isEqualTo(cut(text, stops));
    }
  }

  private static String letters(Random random, int length) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < length; i++) {
      text.append((char) ('a' + random.nextInt(3)));
    }
    return text.toString();
  }

  private static String cut(String text, List<String> stops) {
    for (int end = 1; end <= text.length(); end++) {
      String before = text.substring(0, end);
      int longest =
          stops.stream().filter(before::endsWith).mapToInt(String::length).max().orElse(0);
      if (longest > 0) {
        return text.substring(0, end - longest);
      }
    }
    return text;
  }
}
