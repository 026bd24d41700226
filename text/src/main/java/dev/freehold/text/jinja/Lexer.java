package dev.freehold.text.jinja;

import dev.freehold.text.TextException;
import dev.freehold.text.jinja.Token.Kind;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/// Cuts the source of a template into tokens, with `trim_blocks` and `lstrip_blocks` on.
///
/// A newline right after a block or comment is dropped, and so is white space between the start of
/// a line and a block or comment; `-` at a tag drops all white space on its side, `+` keeps it.
final class Lexer {
  private static final int MAX_TOKENS = 100_000;

  private static final List<String> OPERATORS =
      List.of(
          "//", "**", "==", "!=", ">=", "<=", "+", "-", "/", "*", "%", "~", "[", "]", "(", ")", "{",
          "}", ">", "<", "=", ".", ":", "|", ",", ";");

  private final String source;
  private final List<Token> tokens = new ArrayList<>();
  private final Deque<Character> open = new ArrayDeque<>();
  private int position;
  private int line = 1;
  private int lineCountedTo;

  /// Whether what was read last ended a line.
  private boolean atLineStart = true;

  private Lexer(String source) {
    this.source = source;
  }

  static List<Token> tokens(String source) {
    return new Lexer(normalized(source)).read();
  }

  /// Ends lines with `\n`, and drops the newline at the very end, as jinja2 does.
  private static String normalized(String source) {
    String lines = source.replace("\r\n", "\n").replace('\r', '\n');
    return lines.endsWith("\n") ? lines.substring(0, lines.length() - 1) : lines;
  }

  private List<Token> read() {
    while (position < source.length()) {
      int tag = nextTag(position);
      if (tag < 0) {
        data(source.substring(position));
        position = source.length();
      } else {
        boolean variable = source.charAt(tag + 1) == '{';
        char sign = signAt(tag + 2);
        data(stripped(source.substring(position, tag), sign, variable));
        position = tag + 2 + (sign == 0 ? 0 : 1);
        atLineStart = false;
        readTag(tag, variable);
      }
    }
    add(Kind.END, "", position);
    return tokens;
  }

  private void readTag(int tag, boolean variable) {
    if (source.charAt(tag + 1) == '#') {
      readComment(tag);
      return;
    }
    int rawBody = variable ? -1 : rawBody();
    if (rawBody >= 0) {
      position = rawBody;
      readRaw(tag);
      return;
    }
    add(variable ? Kind.VARIABLE_BEGIN : Kind.BLOCK_BEGIN, "", tag);
    while (!readEnd(variable)) {
      if (position >= source.length()) {
        throw error(tag, "the tag is never closed");
      }
      readToken();
    }
  }

  private int nextTag(int from) {
    int brace = source.indexOf('{', from);
    while (brace >= 0 && brace + 1 < source.length()) {
      char next = source.charAt(brace + 1);
      if (next == '{' || next == '%' || next == '#') {
        return brace;
      }
      brace = source.indexOf('{', brace + 1);
    }
    return -1;
  }

  private char signAt(int index) {
    char sign = index < source.length() ? source.charAt(index) : 0;
    return sign == '-' || sign == '+' ? sign : 0;
  }

  private String stripped(String data, char sign, boolean variable) {
    if (sign == '-') {
      return Chars.stripEnd(data);
    }
    if (sign == '+' || variable) {
      return data;
    }
    int lineStart = data.lastIndexOf('\n') + 1;
    boolean blank = Chars.skipSpace(data, lineStart) == data.length();
    return blank && (lineStart > 0 || atLineStart) ? data.substring(0, lineStart) : data;
  }

  private void data(String text) {
    if (!text.isEmpty()) {
      add(Kind.DATA, text, position);
    }
  }

  private void readComment(int tag) {
    int end = source.indexOf("#}", position);
    if (end < 0) {
      throw error(tag, "the comment is never closed");
    }
    char sign = end > position ? signAt(end - 1) : 0;
    closeTag(end + 2, sign, true);
  }

  /// The start of the text of a raw block that begins here, or -1.
  private int rawBody() {
    int at = Chars.skipSpace(source, position);
    if (!source.startsWith("raw", at)) {
      return -1;
    }
    at = Chars.skipSpace(source, at + 3);
    if (source.startsWith("-%}", at)) {
      return Chars.skipSpace(source, at + 3);
    }
    return source.startsWith("%}", at) ? at + 2 : -1;
  }

  private void readRaw(int tag) {
    int begin = source.indexOf("{%", position);
    while (begin >= 0) {
      char sign = signAt(begin + 2);
      int at = Chars.skipSpace(source, begin + 2 + (sign == 0 ? 0 : 1));
      if (source.startsWith("endraw", at)) {
        at = Chars.skipSpace(source, at + 6);
        char endSign = signAt(at);
        int end = at + (endSign == 0 ? 0 : 1);
        if (source.startsWith("%}", end)) {
          data(stripped(source.substring(position, begin), sign, false));
          closeTag(end + 2, endSign, true);
          return;
        }
      }
      begin = source.indexOf("{%", begin + 2);
    }
    throw error(tag, "the raw block is never closed with {% endraw %}");
  }

  /// Goes on after a tag that ends at an index, and the white space that goes with it.
  private void closeTag(int end, char sign, boolean trimNewline) {
    position = end;
    if (sign == '-') {
      position = Chars.skipSpace(source, end);
    } else if (sign == 0 && trimNewline && source.startsWith("\n", end)) {
      position = end + 1;
    }
    atLineStart = source.charAt(position - 1) == '\n';
  }

  private boolean readEnd(boolean variable) {
    if (!open.isEmpty()) {
      return false;
    }
    char sign = signAt(position);
    int end = position + (sign == 0 ? 0 : 1);
    if ((variable && sign == '+') || !source.startsWith(variable ? "}}" : "%}", end)) {
      return false;
    }
    add(variable ? Kind.VARIABLE_END : Kind.BLOCK_END, "", position);
    closeTag(end + 2, sign, !variable);
    return true;
  }

  private void readToken() {
    char c = source.charAt(position);
    int start = position;
    if (Chars.isSpace(c)) {
      position = Chars.skipSpace(source, position);
    } else if (c >= '0' && c <= '9') {
      readNumber();
    } else if (Chars.isNamePart(c)) {
      while (position < source.length() && Chars.isNamePart(source.charAt(position))) {
        position++;
      }
      add(Kind.NAME, source.substring(start, position), start);
    } else if (c == '\'' || c == '"') {
      readString(c);
    } else {
      readOperator();
    }
  }

  private void readNumber() {
    int start = position;
    boolean afterDot = start > 0 && source.charAt(start - 1) == '.';
    Numeral numeral = Numeral.at(source, start, !afterDot);
    position = numeral.end();
    add(
        numeral.isFloat() ? Kind.FLOAT : Kind.INTEGER,
        source.substring(start, position).replace("_", ""),
        start);
  }

  private void readString(char quote) {
    int start = position++;
    while (position < source.length() && source.charAt(position) != quote) {
      position += source.charAt(position) == '\\' ? 2 : 1;
    }
    if (position >= source.length()) {
      throw error(start, "the string is never closed");
    }
    String inside = source.substring(start + 1, position++);
    add(
        Kind.STRING,
        Escapes.read(inside).orElseThrow(() -> error(start, "the string has a broken escape")),
        start);
  }

  private void readOperator() {
    for (String operator : OPERATORS) {
      if (source.startsWith(operator, position)) {
        balance(operator.charAt(0));
        add(Kind.OPERATOR, operator, position);
        position += operator.length();
        return;
      }
    }
    throw error(position, "unexpected character '" + source.charAt(position) + "'");
  }

  private void balance(char operator) {
    switch (operator) {
      case '(' -> open.push(')');
      case '[' -> open.push(']');
      case '{' -> open.push('}');
      case ')', ']', '}' -> {
        if (open.isEmpty() || open.pop() != operator) {
          throw error(position, "unexpected '" + operator + "'");
        }
      }
      default -> {}
    }
  }

  private void add(Kind kind, String text, int at) {
    if (tokens.size() == MAX_TOKENS) {
      throw error(at, "the template has more than " + MAX_TOKENS + " words and marks");
    }
    tokens.add(new Token(kind, text, lineOf(at)));
  }

  private int lineOf(int at) {
    for (; lineCountedTo < at; lineCountedTo++) {
      if (source.charAt(lineCountedTo) == '\n') {
        line++;
      }
    }
    return line;
  }

  private TextException error(int at, String message) {
    return new TextException("chat template, line " + lineOf(at) + ": " + message);
  }
}
