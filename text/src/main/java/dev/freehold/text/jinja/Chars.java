package dev.freehold.text.jinja;

import dev.freehold.text.unicode.Categories;
import dev.freehold.text.unicode.Unicode;

/// What Python calls white space, and what may stand in a name.
final class Chars {
  private Chars() {}

  /// White space as `str.strip` and `str.split` take it; all of it lies in the basic plane.
  static boolean isSpace(char c) {
    if (c < 0x80) {
      return c == ' ' || (c >= 0x09 && c <= 0x0d) || (c >= 0x1c && c <= 0x1f);
    }
    return c == 0x85
        || c == 0xa0
        || c == 0x1680
        || (c >= 0x2000 && c <= 0x200a)
        || c == 0x2028
        || c == 0x2029
        || c == 0x202f
        || c == 0x205f
        || c == 0x3000;
  }

  static boolean isNamePart(char c) {
    return c == '_' || isLetter(c) || isDigit(c);
  }

  static boolean isLetter(int c) {
    if (c < 0x80) {
      return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    }
    return in(c, Categories.LETTER);
  }

  static boolean isDigit(int c) {
    return c < 0x80 ? c >= '0' && c <= '9' : in(c, 1 << Character.DECIMAL_DIGIT_NUMBER);
  }

  static boolean isNumeric(int c) {
    return c < 0x80 ? isDigit(c) : in(c, Categories.NUMBER);
  }

  /// What Python's `repr` shows as it is.
  static boolean isPrintable(int c) {
    return c < 0x80 ? c >= ' ' && c != 0x7f : !in(c, Categories.OTHER | Categories.SEPARATOR);
  }

  private static boolean in(int c, int categories) {
    return (1 << Unicode.category(c) & categories) != 0;
  }

  /// The index of the first half of a character that stands alone, or -1.
  static int loneSurrogate(String text) {
    int at = 0;
    while (at < text.length()) {
      int c = text.codePointAt(at);
      if (c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE) {
        return at;
      }
      at += Character.charCount(c);
    }
    return -1;
  }

  /// The first index from `from` on that is not white space.
  static int skipSpace(String text, int from) {
    int at = from;
    while (at < text.length() && isSpace(text.charAt(at))) {
      at++;
    }
    return at;
  }

  /// The end of the text `[from, text.length())` without the white space at its end.
  static int endWithoutSpace(String text, int from) {
    int end = text.length();
    while (end > from && isSpace(text.charAt(end - 1))) {
      end--;
    }
    return end;
  }

  static String stripEnd(String text) {
    return text.substring(0, endWithoutSpace(text, 0));
  }

  /// The length of the line break at an index as `str.splitlines` sees it, or 0.
  static int lineBreakAt(String text, int at) {
    char c = text.charAt(at);
    if (c == '\r') {
      return text.startsWith("\n", at + 1) ? 2 : 1;
    }
    boolean isBreak =
        (c >= 0x0a && c <= 0x0c)
            || (c >= 0x1c && c <= 0x1e)
            || c == 0x85
            || c == 0x2028
            || c == 0x2029;
    return isBreak ? 1 : 0;
  }
}
