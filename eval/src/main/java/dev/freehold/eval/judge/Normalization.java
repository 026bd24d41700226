package dev.freehold.eval.judge;

import java.text.Normalizer;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/// What is made alike before two texts are compared.
public record Normalization(Set<Step> steps) {
  /// One way in which texts may differ and still count as the same; taken in this order.
  public enum Step {
    /// Unicode normalization form C: a letter and its accent, in one character or two.
    NFC,
    /// Upper and lower case, in the way of no language in particular; sharp s equals ss.
    CASE,
    /// Runs of white space become one space, Unicode's spaces too.
    WHITESPACE,
    /// Punctuation at both ends goes, as a full stop or quotation marks.
    PUNCTUATION,
    /// White space at both ends goes.
    TRIM;

    /// The name in task files.
    public String key() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /// What is done where a task says nothing.
  public static final Normalization DEFAULT = new Normalization(Set.of(Step.NFC, Step.TRIM));

  private static final Pattern SPACES = Pattern.compile("[\\p{IsWhite_Space}]+");

  public Normalization {
    EnumSet<Step> ordered = EnumSet.noneOf(Step.class);
    ordered.addAll(steps);
    steps = Collections.unmodifiableSet(ordered);
  }

  /// The text after all steps.
  public String of(String text) {
    String result = text;
    for (Step step : steps) {
      result =
          switch (step) {
            case NFC -> Normalizer.normalize(result, Normalizer.Form.NFC);
            case CASE -> result.toUpperCase(Locale.ROOT).toLowerCase(Locale.ROOT);
            case WHITESPACE -> SPACES.matcher(result).replaceAll(" ");
            case PUNCTUATION -> stripped(result, true);
            case TRIM -> stripped(result, false);
          };
    }
    return result;
  }

  private static String stripped(String text, boolean withPunctuation) {
    int from = 0;
    int to = text.length();
    while (from < to && goes(text.codePointAt(from), withPunctuation)) {
      from += Character.charCount(text.codePointAt(from));
    }
    while (from < to && goes(text.codePointBefore(to), withPunctuation)) {
      to -= Character.charCount(text.codePointBefore(to));
    }
    return text.substring(from, to);
  }

  private static boolean goes(int c, boolean withPunctuation) {
    return Character.isWhitespace(c)
        || Character.isSpaceChar(c)
        || withPunctuation && isPunctuation(c);
  }

  private static boolean isPunctuation(int c) {
    return switch (Character.getType(c)) {
      case Character.CONNECTOR_PUNCTUATION,
          Character.DASH_PUNCTUATION,
          Character.START_PUNCTUATION,
          Character.END_PUNCTUATION,
          Character.INITIAL_QUOTE_PUNCTUATION,
          Character.FINAL_QUOTE_PUNCTUATION,
          Character.OTHER_PUNCTUATION ->
          true;
      default -> false;
    };
  }
}
