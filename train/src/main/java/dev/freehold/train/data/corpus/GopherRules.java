package dev.freehold.train.data.corpus;

import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Map;

/// The rules of Gopher on repetition and quality.
final class GopherRules {
  private static final double MOST_DUPLICATE = 0.3;
  private static final double MOST_DUPLICATE_CHARACTERS = 0.2;
  private static final double[] MOST_TOP = {0.2, 0.18, 0.16}; // of 2, 3 and 4 words
  private static final int FIRST_TOP = 2;
  private static final double[] MOST_RUNS = {0.15, 0.14, 0.13, 0.12, 0.11, 0.1}; // of 5 to 10
  private static final int FIRST_RUN = 5;

  private static final int LEAST_WORDS = 50;
  private static final int MOST_WORDS = 100_000;
  private static final double LEAST_LENGTH = 3;
  private static final double MOST_LENGTH = 10;
  private static final double MOST_SYMBOLS = 0.1;
  private static final double MOST_BULLETS = 0.9;
  private static final double MOST_ELLIPSES = 0.3;
  private static final double LEAST_LETTERS = 0.8;
  private static final int LEAST_STOP_WORDS = 2;
  private static final Map<String, Integer> STOP_WORDS =
      Map.of("the", 0, "be", 1, "to", 2, "of", 3, "and", 4, "that", 5, "have", 6, "with", 7);

  private GopherRules() {}

  /// Rules on repetition that a text breaks, as bits.
  static long repetition(String text, Words words) {
    long broken = 0;
    double characters = text.codePointCount(0, text.length());
    List<String> paragraphs = List.of(text.strip().split("\n{2,}"));
    Duplicated duplicated = Duplicated.of(paragraphs);
    broken |=
        bit(
            Rule.GOPHER_DUPLICATE_PARAGRAPHS,
            duplicated.elements() > MOST_DUPLICATE * paragraphs.size());
    broken |=
        bit(
            Rule.GOPHER_DUPLICATE_PARAGRAPH_CHARACTERS,
            duplicated.characters() > MOST_DUPLICATE_CHARACTERS * characters);
    List<String> lines = List.of(text.split("\n+"));
    duplicated = Duplicated.of(lines);
    broken |=
        bit(Rule.GOPHER_DUPLICATE_LINES, duplicated.elements() > MOST_DUPLICATE * lines.size());
    broken |=
        bit(
            Rule.GOPHER_DUPLICATE_LINE_CHARACTERS,
            duplicated.characters() > MOST_DUPLICATE_CHARACTERS * characters);
    Rule[] rules = Rule.values();
    for (int i = 0; i < MOST_TOP.length; i++) {
      Rule rule = rules[Rule.GOPHER_TOP_2_GRAM.ordinal() + i];
      broken |= bit(rule, Duplicated.topRun(words, FIRST_TOP + i) > MOST_TOP[i] * characters);
    }
    for (int i = 0; i < MOST_RUNS.length; i++) {
      Rule rule = rules[Rule.GOPHER_DUPLICATE_5_GRAMS.ordinal() + i];
      broken |= bit(rule, Duplicated.runs(words, FIRST_RUN + i) > MOST_RUNS[i] * characters);
    }
    return broken;
  }

  private static long bit(Rule rule, boolean broken) {
    return broken ? rule.bit() : 0;
  }

  /// Rules on quality that a text breaks, as bits.
  static long quality(String text, Words words) {
    int plain = 0;
    long length = 0;
    int letters = 0;
    BitSet stopWords = new BitSet();
    for (int i = 0; i < words.count(); i++) {
      if (!words.isSymbol(i)) {
        plain++;
        length += words.length(i);
      }
      letters += words.hasLetter(i) ? 1 : 0;
      Integer stopWord = STOP_WORDS.get(words.text(i));
      if (stopWord != null) {
        stopWords.set(stopWord);
      }
    }
    double mostSymbols = MOST_SYMBOLS * words.count();
    long broken = 0;
    broken |= bit(Rule.GOPHER_SHORT, plain < LEAST_WORDS);
    broken |= bit(Rule.GOPHER_LONG, plain > MOST_WORDS);
    broken |= bit(Rule.GOPHER_SHORT_WORDS, length < LEAST_LENGTH * plain);
    broken |= bit(Rule.GOPHER_LONG_WORDS, length > MOST_LENGTH * plain);
    broken |= bit(Rule.GOPHER_HASHES, occurrences(text, "#") > mostSymbols);
    broken |=
        bit(
            Rule.GOPHER_ELLIPSES,
            occurrences(text, "...") + occurrences(text, "\u2026") > mostSymbols);
    broken |= bit(Rule.GOPHER_FEW_LETTERS, letters < LEAST_LETTERS * words.count());
    broken |= bit(Rule.GOPHER_FEW_STOP_WORDS, stopWords.cardinality() < LEAST_STOP_WORDS);
    return broken | lines(text);
  }

  private static long lines(String text) {
    String[] lines = text.split("\n", -1);
    long bullets =
        Arrays.stream(lines)
            .map(String::stripLeading)
            .filter(line -> line.startsWith("\u2022") || line.startsWith("-"))
            .count();
    long ellipses =
        Arrays.stream(lines)
            .map(String::stripTrailing)
            .filter(line -> line.endsWith("...") || line.endsWith("\u2026"))
            .count();
    return bit(Rule.GOPHER_BULLET_LINES, bullets > MOST_BULLETS * lines.length)
        | bit(Rule.GOPHER_ELLIPSIS_LINES, ellipses > MOST_ELLIPSES * lines.length);
  }

  private static long occurrences(String text, String part) {
    long count = 0;
    for (int at = text.indexOf(part); at >= 0; at = text.indexOf(part, at + part.length())) {
      count++;
    }
    return count;
  }
}
