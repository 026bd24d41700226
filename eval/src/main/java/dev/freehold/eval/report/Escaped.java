package dev.freehold.eval.report;

/// Text of others as HTML shows it: characters that could become markup, steer the text around them
/// or be no text at all are spelled out.
final class Escaped {
  private Escaped() {}

  /// Text for elements and quoted attributes; line breaks and tabs stay.
  static String html(String text) {
    StringBuilder safe = new StringBuilder(text.length() + 16);
    text.codePoints()
        .forEach(c -> {
          switch (c) {
            case '<' -> safe.append("&lt;");
            case '>' -> safe.append("&gt;");
            case '&' -> safe.append("&amp;");
            case '"' -> safe.append("&quot;");
            case '\'' -> safe.append("&#39;");
            case '\n', '\t' -> safe.append((char) c);
            default -> {
              if (isHarmless(c)) {
                safe.appendCodePoint(c);
              } else {
                safe.append("\\u{%x}".formatted(c));
              }
            }
          }
        });
    return safe.toString();
  }

  /// The same of the first `most` characters, with a mark where it goes on.
  static String html(String text, int most) {
    if (text.length() <= most) {
      return html(text);
    }
    int end = Character.isHighSurrogate(text.charAt(most - 1)) ? most - 1 : most;
    return html(text.substring(0, end)) + "...";
  }

  private static boolean isHarmless(int c) {
    boolean steers = c >= 0x202A && c <= 0x202E || c >= 0x2066 && c <= 0x2069 || c == 0xFEFF;
    return !steers
        && switch (Character.getType(c)) {
          case Character.CONTROL,
              Character.SURROGATE,
              Character.UNASSIGNED,
              Character.LINE_SEPARATOR,
              Character.PARAGRAPH_SEPARATOR ->
              false;
          default -> true;
        };
  }
}
