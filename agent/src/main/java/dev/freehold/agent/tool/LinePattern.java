package dev.freehold.agent.tool;

import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/// A regular expression that a model wrote: all its matching together ends after a bounded number
/// of steps.
final class LinePattern {
  private static final int MOST_PATTERN = 1_000;
  private static final long MOST_STEPS = 2_000_000_000L;

  /// Of one line: what backtracks on it is noticed before the rest is searched.
  private static final long MOST_LINE_STEPS = 5_000_000;

  private final Pattern pattern;
  private long steps;

  /// A search that took more steps than it may.
  static final class TooManyStepsException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    TooManyStepsException() {
      super("too many steps", null, false, false);
    }
  }

  private LinePattern(Pattern pattern) {
    this.pattern = pattern;
  }

  /// What is no regular expression is searched for as it is.
  static LinePattern of(String text) {
    if (text.isEmpty() || text.length() > MOST_PATTERN) {
      throw new ToolException("\"pattern\": expected 1 to %,d characters".formatted(MOST_PATTERN));
    }
    try {
      return new LinePattern(Pattern.compile(text));
    } catch (PatternSyntaxException plain) {
      return new LinePattern(Pattern.compile(Pattern.quote(text)));
    } catch (StackOverflowError tooDeep) {
      throw new ToolException("\"pattern\": is nested too deeply", tooDeep);
    }
  }

  /// @throws TooManyStepsException where it takes too long
  boolean find(String line) {
    long before = steps;
    try {
      return pattern.matcher(new Counted(line, 0, line.length(), before)).find();
    } catch (StackOverflowError tooDeep) {
      throw new TooManyStepsException();
    }
  }

  /// A line that counts how often it is looked at.
  private final class Counted implements CharSequence {
    private final String text;
    private final int from;
    private final int to;
    private final long begin;

    Counted(String text, int from, int to, long begin) {
      this.text = text;
      this.from = from;
      this.to = to;
      this.begin = begin;
    }

    @Override
    public int length() {
      return to - from;
    }

    @Override
    public char charAt(int index) {
      steps++;
      if (steps > MOST_STEPS || steps - begin > MOST_LINE_STEPS) {
        throw new TooManyStepsException();
      }
      return text.charAt(from + index);
    }

    @Override
    public CharSequence subSequence(int start, int end) {
      return new Counted(text, from + start, from + end, begin);
    }

    @Override
    public String toString() {
      return text.substring(from, to);
    }
  }
}
