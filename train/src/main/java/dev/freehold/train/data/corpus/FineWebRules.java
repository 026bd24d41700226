package dev.freehold.train.data.corpus;

import java.util.ArrayList;
import java.util.List;

/// The rules that FineWeb adds to those of Gopher and C4.
final class FineWebRules {
  private static final double LEAST_PUNCTUATED = 0.12;
  private static final double MOST_SHORT = 0.67;
  private static final int SHORT = 30;
  private static final double MOST_DUPLICATE_CHARACTERS = 0.01;
  private static final double MOST_LINE_ENDS = 0.3;

  private FineWebRules() {}

  /// Rules that a text breaks, as bits.
  static long broken(String text, Words words) {
    List<String> lines = new ArrayList<>();
    long lineEnds = -1;
    long characters = 0;
    int punctuated = 0;
    int shortLines = 0;
    for (String line : text.split("\n", -1)) {
      lineEnds++;
      int length = line.codePointCount(0, line.length());
      characters += length;
      if (!line.isBlank()) {
        lines.add(line);
        punctuated += Sentences.endsInTerminal(line) ? 1 : 0;
        shortLines += length <= SHORT ? 1 : 0;
      }
    }
    long broken = 0;
    if (punctuated < LEAST_PUNCTUATED * lines.size()) {
      broken |= Rule.FINEWEB_LINE_PUNCTUATION.bit();
    }
    if (shortLines > MOST_SHORT * lines.size()) {
      broken |= Rule.FINEWEB_SHORT_LINES.bit();
    }
    if (Duplicated.of(lines).characters() > MOST_DUPLICATE_CHARACTERS * characters) {
      broken |= Rule.FINEWEB_DUPLICATE_LINE_CHARACTERS.bit();
    }
    if (lineEnds > MOST_LINE_ENDS * words.count()) {
      broken |= Rule.FINEWEB_LIST.bit();
    }
    return broken;
  }
}
