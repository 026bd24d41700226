package dev.freehold.agent.tool;

import java.util.Locale;

/// Text that is shortened in its middle: its head and tail are kept, and what was left out is told.
public final class Excerpt {
  private Excerpt() {}

  /// @param most characters that are kept
  public static String of(String text, int most) {
    if (text.length() <= most) {
      return text;
    }
    int head = end(text, most * 2 / 3);
    int tail = begin(text, text.length() - (most - head));
    long lines = text.substring(head, tail).chars().filter(c -> c == '\n').count();
    return text.substring(0, head)
        + String.format(
            Locale.ROOT,
            "\n[... %,d characters and %,d line breaks left out ...]\n",
            tail - head,
            lines)
        + text.substring(tail);
  }

  /// Where a head may end: after a line where one ends near, else not within a character.
  private static int end(String text, int at) {
    int line = text.lastIndexOf('\n', at);
    int end = line > at - 200 && line > 0 ? line : at;
    return Character.isLowSurrogate(text.charAt(end)) ? end - 1 : end;
  }

  private static int begin(String text, int at) {
    int line = text.indexOf('\n', at);
    int begin = line >= 0 && line < at + 200 && line + 1 < text.length() ? line + 1 : at;
    return Character.isLowSurrogate(text.charAt(begin)) ? begin + 1 : begin;
  }
}
