package dev.freehold.text.jinja;

import java.math.BigInteger;

/// A number in the source of a template: where it ends, and whether it is a float.
///
/// Integers are decimal or begin with `0x`, `0o` or `0b`; floats have digits after a point, an
/// exponent, or both; `_` may stand between digits.
record Numeral(int end, boolean isFloat) {

  static Numeral at(String source, int start, boolean mayBeFloat) {
    if (source.charAt(start) == '0' && start + 1 < source.length()) {
      int radix = radix(source.charAt(start + 1));
      int end = radix == 10 ? start : digits(source, start + 2, radix, true);
      if (end > start + 2) {
        return new Numeral(end, false);
      }
    }
    int whole = digits(source, start, 10, false);
    if (!mayBeFloat) {
      return new Numeral(whole, false);
    }
    int fraction = whole;
    if (source.startsWith(".", whole)) {
      int end = digits(source, whole + 1, 10, false);
      fraction = end > whole + 1 ? end : whole;
    }
    int exponent = exponent(source, fraction);
    return new Numeral(exponent, exponent > whole);
  }

  private static int exponent(String source, int at) {
    if (at >= source.length() || Character.toLowerCase(source.charAt(at)) != 'e') {
      return at;
    }
    int start = at + 1;
    if (source.startsWith("+", start) || source.startsWith("-", start)) {
      start++;
    }
    int end = digits(source, start, 10, false);
    return end > start ? end : at;
  }

  private static int digits(String source, int from, int radix, boolean underscoreFirst) {
    int end = from;
    int at = from;
    while (at < source.length()) {
      boolean skip = source.charAt(at) == '_' && (at > from || underscoreFirst);
      int digit = skip ? at + 1 : at;
      if (digit >= source.length() || !isDigit(source.charAt(digit), radix)) {
        break;
      }
      at = digit + 1;
      end = at;
    }
    return end;
  }

  private static boolean isDigit(char c, int radix) {
    return c < 0x80 && Character.digit(c, radix) >= 0;
  }

  private static int radix(char letter) {
    return switch (letter) {
      case 'x', 'X' -> 16;
      case 'o', 'O' -> 8;
      case 'b', 'B' -> 2;
      default -> 10;
    };
  }

  /// The value of an integer token without its underscores.
  static BigInteger integer(String token) {
    int radix = token.length() > 1 ? radix(token.charAt(1)) : 10;
    return radix == 10 ? new BigInteger(token) : new BigInteger(token.substring(2), radix);
  }
}
