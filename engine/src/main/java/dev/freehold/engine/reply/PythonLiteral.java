package dev.freehold.engine.reply;

import java.util.Optional;

/// Reads the arguments of a call in Python's notation: names with `=`, strings in either quotes,
/// numbers, lists, tuples, dictionaries, and constants as Python or JSON spell them.
final class PythonLiteral extends LiteralReader {
  private PythonLiteral(String text) {
    super(text);
  }

  static Optional<String> arguments(String text) {
    return new PythonLiteral(text).arguments();
  }

  /// A whole text as one value, in JSON; absent where it is none.
  static Optional<String> whole(String text) {
    PythonLiteral literal = new PythonLiteral(text);
    try {
      literal.skipSpace();
      literal.value(0);
      return literal.take('\0') ? Optional.of(literal.out.toString()) : Optional.empty();
    } catch (Misfit e) {
      return Optional.empty();
    }
  }

  /// Python's constants as JSON spells them; any other word as it is.
  static String constant(String word) {
    return switch (word) {
      case "True" -> "true";
      case "False" -> "false";
      case "None" -> "null";
      default -> word;
    };
  }

  @Override
  char assign(int depth) {
    return depth == 0 ? '=' : ':';
  }

  @Override
  String name() throws Misfit {
    if (at < text.length() && (text.charAt(at) == '"' || text.charAt(at) == '\'')) {
      return string();
    }
    int from = at;
    while (at < text.length()
        && (Character.isLetterOrDigit(text.charAt(at)) || text.charAt(at) == '_')) {
      at++;
    }
    if (at == from) {
      throw misfit("a name");
    }
    return text.substring(from, at);
  }

  @Override
  void value(int depth) throws Misfit {
    if (at == text.length()) {
      throw misfit("a value");
    }
    switch (text.charAt(at)) {
      case '"', '\'' -> JsonText.quote(string(), out);
      case '[' -> {
        at++;
        items(']', depth);
      }
      case '(' -> {
        at++;
        items(')', depth);
      }
      case '{' -> {
        at++;
        members('}', depth);
      }
      default -> scalar();
    }
  }

  private void scalar() throws Misfit {
    int from = at;
    while (at < text.length() && ",)]} \n\r\t".indexOf(text.charAt(at)) < 0) {
      at++;
    }
    String word = text.substring(from, at);
    String json = JsonScanner.whole(constant(word)).orElseThrow(() -> misfit("a value"));
    out.append(json);
  }

  private String string() throws Misfit {
    char quote = text.charAt(at++);
    StringBuilder string = new StringBuilder();
    while (at < text.length()) {
      char c = text.charAt(at++);
      if (c == quote) {
        return string.toString();
      }
      if (c == '\\') {
        escape(string);
      } else {
        string.append(c);
      }
    }
    throw misfit("the end of a string");
  }

  private void escape(StringBuilder string) throws Misfit {
    if (at == text.length()) {
      throw misfit("the end of a string");
    }
    char c = text.charAt(at++);
    switch (c) {
      case 'n' -> string.append('\n');
      case 'r' -> string.append('\r');
      case 't' -> string.append('\t');
      case 'b' -> string.append('\b');
      case 'f' -> string.append('\f');
      case '\\', '\'', '"', '/' -> string.append(c);
      case '\n' -> {}
      case 'x' -> unit(2, string);
      case 'u' -> unit(4, string);
      default -> string.append('\\').append(c);
    }
  }

  /// Halves of surrogate pairs count only where both stand.
  private void unit(int digits, StringBuilder string) throws Misfit {
    char c = hexadecimal(digits);
    if (Character.isHighSurrogate(c) && text.startsWith("\\u", at)) {
      int before = at;
      at += 2;
      char second = hexadecimal(4);
      if (Character.isLowSurrogate(second)) {
        string.append(c).append(second);
        return;
      }
      at = before;
    }
    string.append(Character.isSurrogate(c) ? '\uFFFD' : c);
  }

  private char hexadecimal(int digits) throws Misfit {
    int value = 0;
    for (int i = 0; i < digits; i++, at++) {
      int digit = at < text.length() ? Character.digit(text.charAt(at), 16) : -1;
      if (digit < 0) {
        throw misfit("a hexadecimal digit");
      }
      value = value << 4 | digit;
    }
    return (char) value;
  }
}
