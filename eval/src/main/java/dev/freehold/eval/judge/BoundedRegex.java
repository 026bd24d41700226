package dev.freehold.eval.judge;

import dev.freehold.eval.EvalException;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/// A regular expression whose matching ends after a bounded number of steps, whatever pattern and
/// text are.
public final class BoundedRegex {
  private static final int MOST_PATTERN = 10_000;
  private static final long MOST_STEPS = 20_000_000;

  private final Pattern pattern;

  /// A match that took more steps than it may.
  public static final class TooManyStepsException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    TooManyStepsException(String message) {
      super(message);
    }
  }

  private BoundedRegex(Pattern pattern) {
    this.pattern = pattern;
  }

  /// @param flags those of [Pattern]
  /// @throws EvalException where this is no pattern, or too long a one
  public static BoundedRegex compile(String pattern, int flags) {
    if (pattern.length() > MOST_PATTERN) {
      throw new EvalException(
          "expected a pattern of at most %d characters, found %d"
              .formatted(MOST_PATTERN, pattern.length()));
    }
    try {
      return new BoundedRegex(Pattern.compile(pattern, flags));
    } catch (PatternSyntaxException wrong) {
      throw new EvalException(
          "is no regular expression: %s, at character %d"
              .formatted(wrong.getDescription(), wrong.getIndex()),
          wrong);
    } catch (StackOverflowError tooDeep) {
      throw new EvalException("is nested too deeply for a regular expression", tooDeep);
    }
  }

  /// Whether the pattern matches somewhere.
  public boolean find(String text) {
    try {
      return pattern.matcher(new CountedText(text, 0, text.length(), new long[1])).find();
    } catch (StackOverflowError tooDeep) {
      throw tooDeep();
    }
  }

  /// Whether the pattern matches all of the text.
  public boolean matches(String text) {
    try {
      return pattern.matcher(new CountedText(text, 0, text.length(), new long[1])).matches();
    } catch (StackOverflowError tooDeep) {
      throw tooDeep();
    }
  }

  private static TooManyStepsException tooDeep() {
    return new TooManyStepsException("the pattern needs more stack than there is for this reply");
  }

  @Override
  public String toString() {
    return pattern.pattern();
  }

  /// A text that counts how often it is looked at.
  private record CountedText(String text, int from, int to, long[] steps) implements CharSequence {
    @Override
    public int length() {
      return to - from;
    }

    @Override
    public char charAt(int index) {
      if (++steps[0] > MOST_STEPS) {
        throw new TooManyStepsException(
            "the pattern took more than %,d steps on this reply".formatted(MOST_STEPS));
      }
      return text.charAt(from + index);
    }

    @Override
    public CharSequence subSequence(int start, int end) {
      return new CountedText(text, from + start, from + end, steps);
    }

    @Override
    public String toString() {
      return text.substring(from, to);
    }
  }
}
