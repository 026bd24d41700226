package dev.freehold.text.jinja;

import java.util.Arrays;

/// Collects characters with their origin into a [Text].
final class TextBuilder {
  private final StringBuilder chars = new StringBuilder();
  private int[] ends = new int[4];
  private int stretches;
  private boolean firstTrusted;

  int length() {
    return chars.length();
  }

  TextBuilder append(String text, boolean trusted) {
    return append(text, 0, text.length(), trusted);
  }

  TextBuilder append(Text text) {
    return append(text, 0, text.length());
  }

  /// Appends the characters `[from, to)` of a text with their origin.
  TextBuilder append(Text text, int from, int to) {
    text.forEachStretch(from, to, this::append);
    return this;
  }

  private TextBuilder append(String text, int from, int to, boolean trusted) {
    if (from == to) {
      return this;
    }
    chars.append(text, from, to);
    if (stretches == 0) {
      firstTrusted = trusted;
      stretches = 1;
    } else if (trusted != isTrusted(stretches - 1)) {
      if (stretches == ends.length) {
        ends = Arrays.copyOf(ends, 2 * stretches);
      }
      stretches++;
    }
    ends[stretches - 1] = chars.length();
    return this;
  }

  private boolean isTrusted(int stretch) {
    return firstTrusted == ((stretch & 1) == 0);
  }

  Text build() {
    return Text.ofStretches(
        chars.toString(), stretches > 1 ? Arrays.copyOf(ends, stretches) : null, firstTrusted);
  }
}
