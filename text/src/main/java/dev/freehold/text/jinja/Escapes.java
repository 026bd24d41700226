package dev.freehold.text.jinja;

import java.util.Optional;

/// Backslash escapes in the string literals of a template, as Python's `unicode-escape` reads them.
final class Escapes {
  private Escapes() {}

  /// The text that a literal's inside stands for; empty when a hexadecimal escape is broken or
  /// gives half a character.
  static Optional<String> read(String literal) {
    if (literal.indexOf('\\') < 0) {
      return Optional.of(literal);
    }
    StringBuilder text = new StringBuilder(literal.length());
    int at = 0;
    while (at < literal.length()) {
      int c = literal.codePointAt(at);
      at += Character.charCount(c);
      if (c != '\\') {
        text.appendCodePoint(c);
        continue;
      }
      int escaped = literal.codePointAt(at);
      at += Character.charCount(escaped);
      int hexDigits = hexDigits(escaped);
      if (hexDigits > 0) {
        int value = number(literal, at, hexDigits, 16);
        if (value < 0 || !Character.isValidCodePoint(value)) {
          return Optional.empty();
        }
        text.appendCodePoint(value);
        at += hexDigits;
      } else if (escaped >= '0' && escaped <= '7') {
        int end = octalEnd(literal, at - 1);
        text.append((char) number(literal, at - 1, end - at + 1, 8));
        at = end;
      } else {
        simple(escaped, text);
      }
    }
    return Chars.loneSurrogate(text.toString()) < 0
        ? Optional.of(text.toString())
        : Optional.empty();
  }

  private static int hexDigits(int escaped) {
    return switch (escaped) {
      case 'x' -> 2;
      case 'u' -> 4;
      case 'U' -> 8;
      default -> 0;
    };
  }

  private static int octalEnd(String literal, int from) {
    int end = from;
    while (end < literal.length()
        && end < from + 3
        && literal.charAt(end) >= '0'
        && literal.charAt(end) <= '7') {
      end++;
    }
    return end;
  }

  private static int number(String literal, int from, int digits, int radix) {
    if (from + digits > literal.length()) {
      return -1;
    }
    int value = 0;
    for (int i = from; i < from + digits; i++) {
      int digit = literal.charAt(i) < 0x80 ? Character.digit(literal.charAt(i), radix) : -1;
      if (digit < 0 || value > Character.MAX_CODE_POINT) {
        return -1;
      }
      value = value * radix + digit;
    }
    return value;
  }

  /// An escape without digits; an unknown one keeps its backslash, and a character beyond ASCII
  /// after a backslash stays as Python writes it in ASCII.
  private static void simple(int escaped, StringBuilder text) {
    switch (escaped) {
      case '\n' -> {}
      case '\\', '\'', '"' -> text.append((char) escaped);
      case 'a' -> text.append('\u0007');
      case 'b' -> text.append('\b');
      case 'f' -> text.append('\f');
      case 'n' -> text.append('\n');
      case 'r' -> text.append('\r');
      case 't' -> text.append('\t');
      case 'v' -> text.append('\u000b');
      default -> {
        text.append('\\');
        if (escaped < 0x80) {
          text.append((char) escaped);
        } else if (escaped < 0x100) {
          text.append("x%02x".formatted(escaped));
        } else if (escaped < 0x10000) {
          text.append("u%04x".formatted(escaped));
        } else {
          text.append("U%08x".formatted(escaped));
        }
      }
    }
  }
}
