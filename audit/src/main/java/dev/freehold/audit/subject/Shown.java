package dev.freehold.audit.subject;

/// Text of others made fit to be shown: on one line, of a bounded length, without characters that
/// steer a terminal or the text around them.
public final class Shown {
  private static final int REPLACEMENT = 0xFFFD;

  private Shown() {}

  /// The first `most` characters of a text.
  public static String text(String text, int most) {
    StringBuilder shown = new StringBuilder();
    text.codePoints().limit(most).forEach(c -> shown.appendCodePoint(safe(c)));
    return text.codePointCount(0, text.length()) > most ? shown + "..." : shown.toString();
  }

  private static int safe(int c) {
    if (c == '\n' || c == '\r' || c == '\t') {
      return ' ';
    }
    return switch (Character.getType(c)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.UNASSIGNED,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          REPLACEMENT;
      default -> c;
    };
  }
}
