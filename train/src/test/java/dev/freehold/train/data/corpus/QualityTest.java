package dev.freehold.train.data.corpus;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freehold.train.recipe.CorpusDescription.Rules;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// Each rule drops a document that breaks it and nothing else, on the right side of its threshold.
class QualityTest {
  private static final Rules REPETITION = new Rules(true, false, false, false, false);
  private static final Rules GOPHER = new Rules(false, true, false, false, false);
  private static final Rules C4 = new Rules(false, false, true, false, false);
  private static final Rules C4_CLOSED = new Rules(false, false, true, true, false);
  private static final Rules FINEWEB = new Rules(false, false, false, false, true);
  private static final Rules ALL = new Rules(true, true, true, true, true);

  private static final String STORY =
      """
      The baker opened her shop before the sun had climbed over the roofs of the town.
      A boy came in with a coin that he had found near the old bridge that morning.
      He asked for a loaf of bread, and she gave him two because the rain was cold.
      On the way home he met a dog, which followed him to the door of his house.
      His mother laughed when she saw them both, wet and hungry, standing on the step.
      They ate together beside the fire until the storm had moved away to the hills.\
      """;

  private static void breaks(String text, Rules rules, Rule... expected) {
    long broken = Quality.of(text, rules).broken();
    Set<Rule> found = EnumSet.noneOf(Rule.class);
    for (Rule rule : Rule.values()) {
      if ((broken & rule.bit()) != 0) {
        found.add(rule);
      }
    }
    assertThat(found)
        .as(text.substring(0, Math.min(60, text.length())))
        .containsExactlyInAnyOrder(expected);
  }

  private static String join(String between, int count, IntFunction<String> part) {
    return IntStream.range(0, count).mapToObj(part).collect(Collectors.joining(between));
  }

  /// A word of six characters that stands nowhere else.
  private static String word(int number) {
    return "w%05d".formatted(number);
  }

  @Test
  void aStoryBreaksNoRule() {
    breaks(STORY, ALL);
    assertThat(Quality.of(STORY, ALL).text()).isEqualTo(STORY);
    breaks(" \n\t ", ALL, Rule.EMPTY);
    breaks("", new Rules(false, false, false, false, false), Rule.EMPTY);
  }

  /// Ten runs of `n` words, each standing twice among words that stand once, so that the second
  /// ones are the share `share` of all characters.
  private static String repeated(int n, double share) {
    List<String> words = new ArrayList<>();
    int unique = 0;
    for (int copy = 0; copy < 2; copy++) {
      for (int run = 0; run < 10; run++) {
        for (int i = 0; i < n; i++) {
          words.add(word(50_000 + run * n + i));
        }
        words.add(word(unique++));
      }
    }
    int total = (int) (10 * n * 6 / share / 7);
    while (words.size() < total) {
      words.add(word(unique++));
    }
    return String.join(" ", words);
  }

  @Test
  void runsOfWordsThatStoodBefore() {
    double[] most = {0.15, 0.14, 0.13, 0.12, 0.11, 0.1};
    for (int n = 5; n <= 10; n++) {
      Rule rule = Rule.values()[Rule.GOPHER_DUPLICATE_5_GRAMS.ordinal() + n - 5];
      breaks(repeated(n, most[n - 5] + 0.003), REPETITION, rule);
      breaks(repeated(n, most[n - 5] - 0.003), REPETITION);
    }
  }

  /// A run of `n` words that stands ten times, and makes the share `share` of all characters.
  private static String frequent(int n, double share) {
    String run = join(" ", n, i -> word(50_000 + i));
    int total = (int) (10 * run.length() / share / 7);
    int others = (total - 10 * n) / 10;
    return join(" ", 10, i -> run + " " + join(" ", others, k -> word(i * others + k)));
  }

  @Test
  void theMostFrequentRunOfWords() {
    breaks(frequent(2, 0.21), REPETITION, Rule.GOPHER_TOP_2_GRAM);
    breaks(frequent(3, 0.19), REPETITION, Rule.GOPHER_TOP_3_GRAM);
    breaks(frequent(4, 0.17), REPETITION, Rule.GOPHER_TOP_4_GRAM);
    breaks(frequent(2, 0.15), REPETITION);
    breaks(frequent(4, 0.13), REPETITION);
  }

  @Test
  void linesAndParagraphsThatStoodBefore() {
    breaks(
        join("\n", 5, i -> "twice\n" + join(" ", 20, k -> word(20 * i + k))) + "\nonce",
        REPETITION,
        Rule.GOPHER_DUPLICATE_LINES);
    String wide = "x".repeat(150);
    breaks(
        join("\n", 12, QualityTest::word)
            + "\n"
            + wide
            + "\nbetween\n"
            + wide
            + "\n"
            + join(" ", 50, i -> word(100 + i)),
        REPETITION,
        Rule.GOPHER_DUPLICATE_LINE_CHARACTERS);
    String lines =
        join("\n\n", 5, i -> join("\n", 4, k -> join(" ", 9, m -> word(36 * i + 9 * k + m))));
    breaks(
        join("\n\nit\n\n", 1, i -> lines) + "\n\nit".repeat(4),
        REPETITION,
        Rule.GOPHER_DUPLICATE_PARAGRAPHS);
    String paragraph = "a" + " ".repeat(8) + "b\nc" + " ".repeat(8) + "d";
    breaks(
        "one two three\n\n"
            + paragraph
            + "\n\nfour five six\nseven eight\nnine ten\n\n"
            + paragraph
            + "\n\neleven",
        REPETITION,
        Rule.GOPHER_DUPLICATE_PARAGRAPH_CHARACTERS);
  }

  @Test
  void gophersWords() {
    String sixty = STORY.lines().limit(4).collect(Collectors.joining("\n"));
    breaks(sixty, GOPHER);
    breaks(
        STORY.lines().limit(3).collect(Collectors.joining("\n")).replace(", and she gave", " gave"),
        GOPHER,
        Rule.GOPHER_SHORT);
    breaks(STORY.replace("\n", " ").concat(" ").repeat(1050), GOPHER, Rule.GOPHER_LONG);
    breaks("the cat of ".concat("so it is up to us ".repeat(10)), GOPHER, Rule.GOPHER_SHORT_WORDS);
    breaks("the and " + "extraordinary ".repeat(60), GOPHER, Rule.GOPHER_LONG_WORDS);
    breaks(sixty + " " + "#".repeat(10), GOPHER, Rule.GOPHER_HASHES);
    breaks(
        sixty.replace(" the ", " and...the ").replace(" he ", " he\u2026so "),
        GOPHER,
        Rule.GOPHER_ELLIPSES);
    breaks(sixty + " 2024".repeat(30), GOPHER, Rule.GOPHER_FEW_LETTERS);
    breaks(
        "Green apples grow on trees near our village. ".repeat(8),
        GOPHER,
        Rule.GOPHER_FEW_STOP_WORDS);
    breaks("Green apples grow on the trees near our village and. ".repeat(8), GOPHER);
  }

  @Test
  void gophersLines() {
    String bullets = STORY.lines().map(line -> "- " + line).collect(Collectors.joining("\n"));
    breaks(bullets, GOPHER, Rule.GOPHER_BULLET_LINES);
    breaks(bullets.replace('-', '\u2022'), GOPHER, Rule.GOPHER_BULLET_LINES);
    breaks(bullets + "\nAnd that was all.", GOPHER);
    String open =
        STORY
            .lines()
            .map(line -> line.replaceAll("\\.$", "..."))
            .limit(2)
            .collect(Collectors.joining("\n"));
    String rest = STORY.lines().skip(2).collect(Collectors.joining("\n"));
    breaks(
        open + "\n" + rest.replaceFirst("\\.\n", "\u2026\n"), GOPHER, Rule.GOPHER_ELLIPSIS_LINES);
    breaks(open + "\n" + rest + "\n" + rest, GOPHER);
  }

  @Test
  void c4() {
    breaks(STORY + "\nWe print lorem Ipsum here.", C4, Rule.C4_LOREM_IPSUM);
    breaks(STORY + "\nA bracket { stands here.", C4, Rule.C4_CURLY_BRACKET);
    breaks(STORY.lines().limit(4).collect(Collectors.joining("\n")), C4, Rule.C4_FEW_SENTENCES);
    breaks(STORY.lines().limit(5).collect(Collectors.joining("\n")), C4);
    breaks("One is here. Two is \"here.\" Three came? Four (did.) Five", C4);
    breaks("One is here. Two is 3.5 here. Three came? Four ...", C4, Rule.C4_FEW_SENTENCES);
  }

  @Test
  void c4TakesLinesAway() {
    String noise =
        """

        Please enable Javascript to read on.
        Our cookie policy is new.
        Two words.
        This line has no end
        And this one stops...
        A word is too long: %s.
        It was shown[12] to be[edit] so[citation needed] in [a].\
        """
            .formatted("x".repeat(1001));
    Quality open = Quality.of(STORY + noise, C4);
    assertThat(open.text())
        .isEqualTo(
            STORY + "\nThis line has no end\nAnd this one stops...\nIt was shown to be so in [a].");
    assertThat(Quality.of(STORY + noise, C4_CLOSED).text())
        .isEqualTo(STORY + "\nIt was shown to be so in [a].");
    breaks(STORY.replace(".", " then"), C4_CLOSED, Rule.C4_FEW_SENTENCES);
  }

  @Test
  void fineWeb() {
    breaks(STORY.replace(".", ""), FINEWEB, Rule.FINEWEB_LINE_PUNCTUATION);
    breaks(STORY.replaceFirst("\\.\n", "\u3002\n").replace(".", ""), FINEWEB);
    breaks(
        join("\n", 10, i -> "It is " + word(i) + " at the door."),
        FINEWEB,
        Rule.FINEWEB_SHORT_LINES);
    String line = STORY.lines().findFirst().orElseThrow();
    breaks(STORY + "\n" + line, FINEWEB, Rule.FINEWEB_DUPLICATE_LINE_CHARACTERS);
    breaks(
        join("\n", 20, i -> "transformationally extraordinary" + i + "."),
        FINEWEB,
        Rule.FINEWEB_LIST);
  }
}
