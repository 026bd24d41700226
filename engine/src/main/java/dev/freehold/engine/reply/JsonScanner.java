package dev.freehold.engine.reply;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/// Checks one JSON value (RFC 8259) character by character and writes it out again, so that what
/// was written at any time is the begin of valid JSON.
///
/// Written without white space between tokens. Control characters in strings, which models leave
/// bare, are escaped; escaped halves of surrogate pairs become U+FFFD. Keys that repeat, more than
/// [#MAX_DEPTH] levels, and numbers and keys of extreme length are refused.
final class JsonScanner {
  /// What became of a character.
  enum Verdict {
    TAKEN,
    /// Taken, and the value is complete.
    COMPLETE,
    /// Not taken: the value, a number, was complete before it.
    BEFORE,
    BAD
  }

  private enum State {
    VALUE,
    FIRST_VALUE,
    KEY,
    FIRST_KEY,
    COLON,
    AFTER,
    STRING,
    ESCAPE,
    HEX,
    NUMBER,
    LITERAL,
    DONE
  }

  /// Where in a number.
  private enum Digits {
    MINUS,
    ZERO,
    WHOLE,
    POINT,
    FRACTION,
    EXPONENT,
    SIGN,
    POWER
  }

  static final int MAX_DEPTH = 48;
  private static final int MAX_KEY = 4096;
  private static final int MAX_NUMBER = 100;

  private final StringBuilder out;
  private final Deque<Set<String>> levels = new ArrayDeque<>();
  private final StringBuilder string = new StringBuilder();
  private State state = State.VALUE;
  private Digits digits = Digits.MINUS;
  private String literal = "";
  private boolean inKey;
  private boolean keepString;
  private int length;
  private int hex;
  private int high = -1;

  /// @param out where the value is written
  JsonScanner(StringBuilder out) {
    this.out = out;
  }

  /// A whole text as one value, written anew; absent where it is none.
  static Optional<String> whole(String text) {
    StringBuilder out = new StringBuilder(text.length());
    JsonScanner scanner = new JsonScanner(out);
    for (int i = 0; i < text.length(); i++) {
      boolean space = SymbolBuffer.isSpace(text.charAt(i));
      if (scanner.state == State.DONE ? !space : scanner.refuses(text.charAt(i))) {
        return Optional.empty();
      }
    }
    return scanner.end() ? Optional.of(out.toString()) : Optional.empty();
  }

  private boolean refuses(int symbol) {
    return switch (feed(symbol)) {
      case TAKEN, COMPLETE -> false;
      case BEFORE -> !SymbolBuffer.isSpace(symbol);
      case BAD -> true;
    };
  }

  /// Whether more than white space was taken.
  boolean begun() {
    return state != State.VALUE || !levels.isEmpty();
  }

  /// Whether the value is complete once no more comes; only a number needs to be told.
  boolean end() {
    return state == State.DONE || (state == State.NUMBER && levels.isEmpty() && endsNumber());
  }

  /// The text of the value, a string.
  String string() {
    return string.toString();
  }

  Verdict feed(int symbol) {
    if (Marks.isMark(symbol)) {
      return Verdict.BAD;
    }
    char c = (char) symbol;
    return switch (state) {
      case STRING -> inString(c);
      case ESCAPE -> escape(c);
      case HEX -> hex(c);
      case NUMBER -> number(c);
      case LITERAL -> literal(c);
      case DONE -> Verdict.BAD;
      case VALUE, FIRST_VALUE, KEY, FIRST_KEY, COLON, AFTER ->
          SymbolBuffer.isSpace(c) ? Verdict.TAKEN : token(c);
    };
  }

  private Verdict token(char c) {
    return switch (state) {
      case FIRST_VALUE -> c == ']' ? close(c) : value(c);
      case VALUE -> value(c);
      case FIRST_KEY -> c == '}' ? close(c) : key(c);
      case KEY -> key(c);
      case COLON -> c == ':' ? go(c, State.VALUE) : Verdict.BAD;
      case AFTER -> after(c);
      case STRING, ESCAPE, HEX, NUMBER, LITERAL, DONE -> Verdict.BAD;
    };
  }

  private Verdict go(char c, State next) {
    out.append(c);
    state = next;
    return Verdict.TAKEN;
  }

  private Verdict value(char c) {
    switch (c) {
      case '{' -> {
        return open(c, new HashSet<>(), State.FIRST_KEY);
      }
      case '[' -> {
        return open(c, Set.of(), State.FIRST_VALUE);
      }
      case '"' -> {
        return openString(c, false);
      }
      case 't' -> literal = "true";
      case 'f' -> literal = "false";
      case 'n' -> literal = "null";
      default -> {
        return firstDigit(c);
      }
    }
    length = 1;
    return go(c, State.LITERAL);
  }

  /// Arrays share the one immutable set, objects have a mutable one for their keys.
  private Verdict open(char c, Set<String> keys, State next) {
    if (levels.size() == MAX_DEPTH) {
      return Verdict.BAD;
    }
    levels.push(keys);
    return go(c, next);
  }

  private boolean inObject() {
    return levels.element() instanceof HashSet<String>;
  }

  private Verdict close(char c) {
    levels.pop();
    out.append(c);
    return endValue();
  }

  private Verdict endValue() {
    if (levels.isEmpty()) {
      state = State.DONE;
      return Verdict.COMPLETE;
    }
    state = State.AFTER;
    return Verdict.TAKEN;
  }

  private Verdict after(char c) {
    boolean object = inObject();
    if (c == ',') {
      return go(c, object ? State.KEY : State.VALUE);
    }
    return c == (object ? '}' : ']') ? close(c) : Verdict.BAD;
  }

  private Verdict key(char c) {
    return c == '"' ? openString(c, true) : Verdict.BAD;
  }

  private Verdict openString(char c, boolean isKey) {
    inKey = isKey;
    keepString = isKey || levels.isEmpty();
    string.setLength(0);
    return go(c, State.STRING);
  }

  private Verdict inString(char c) {
    if (c == '\\') {
      state = State.ESCAPE;
      return Verdict.TAKEN;
    }
    dropHigh();
    if (c == '"') {
      return closeString(c);
    }
    if (keepString) {
      string.append(c);
      if (inKey && string.length() > MAX_KEY) {
        return Verdict.BAD;
      }
    }
    JsonText.append(c, out);
    return Verdict.TAKEN;
  }

  private Verdict closeString(char c) {
    out.append(c);
    if (!inKey) {
      return endValue();
    }
    state = State.COLON;
    return levels.element().add(string.toString()) ? Verdict.TAKEN : Verdict.BAD;
  }

  private Verdict escape(char c) {
    if (c == 'u') {
      hex = 0;
      length = 0;
      state = State.HEX;
      return Verdict.TAKEN;
    }
    int at = "\"\\/bfnrt".indexOf(c);
    if (at < 0) {
      return Verdict.BAD;
    }
    dropHigh();
    out.append('\\').append(c);
    if (keepString) {
      string.append("\"\\/\b\f\n\r\t".charAt(at));
    }
    state = State.STRING;
    return Verdict.TAKEN;
  }

  private Verdict hex(char c) {
    int digit = c < 128 ? Character.digit(c, 16) : -1;
    if (digit < 0) {
      return Verdict.BAD;
    }
    hex = hex << 4 | digit;
    if (++length == 4) {
      state = State.STRING;
      unit((char) hex);
    }
    return Verdict.TAKEN;
  }

  /// Takes an escaped UTF-16 unit; a first half waits for its second.
  private void unit(char c) {
    if (Character.isLowSurrogate(c) && high >= 0) {
      char first = (char) high;
      high = -1;
      escaped(first);
      escaped(c);
      return;
    }
    dropHigh();
    if (Character.isHighSurrogate(c)) {
      high = c;
    } else {
      escaped(Character.isLowSurrogate(c) ? '\uFFFD' : c);
    }
  }

  private void escaped(char c) {
    out.append("\\u%04x".formatted((int) c));
    if (keepString) {
      string.append(c);
    }
  }

  /// A first half that is followed by anything else than its second is no character.
  private void dropHigh() {
    if (high >= 0) {
      high = -1;
      escaped('\uFFFD');
    }
  }

  private Verdict literal(char c) {
    if (c != literal.charAt(length)) {
      return Verdict.BAD;
    }
    out.append(c);
    return ++length == literal.length() ? endValue() : Verdict.TAKEN;
  }

  private Verdict firstDigit(char c) {
    if (c == '-') {
      digits = Digits.MINUS;
    } else if (isDigit(c)) {
      digits = c == '0' ? Digits.ZERO : Digits.WHOLE;
    } else {
      return Verdict.BAD;
    }
    length = 1;
    return go(c, State.NUMBER);
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  private boolean endsNumber() {
    return switch (digits) {
      case ZERO, WHOLE, FRACTION, POWER -> true;
      case MINUS, POINT, EXPONENT, SIGN -> false;
    };
  }

  private Verdict number(char c) {
    boolean more =
        switch (digits) {
          case MINUS -> isDigit(c) && to(c == '0' ? Digits.ZERO : Digits.WHOLE);
          case ZERO -> (c == '.' && to(Digits.POINT)) || (isE(c) && to(Digits.EXPONENT));
          case WHOLE ->
              isDigit(c) || (c == '.' && to(Digits.POINT)) || (isE(c) && to(Digits.EXPONENT));
          case POINT -> isDigit(c) && to(Digits.FRACTION);
          case FRACTION -> isDigit(c) || (isE(c) && to(Digits.EXPONENT));
          case EXPONENT -> (isDigit(c) && to(Digits.POWER)) || (isSign(c) && to(Digits.SIGN));
          case SIGN -> isDigit(c) && to(Digits.POWER);
          case POWER -> isDigit(c);
        };
    if (more) {
      out.append(c);
      return ++length > MAX_NUMBER ? Verdict.BAD : Verdict.TAKEN;
    }
    if (!endsNumber()) {
      return Verdict.BAD;
    }
    if (endValue() == Verdict.COMPLETE) {
      return Verdict.BEFORE;
    }
    return SymbolBuffer.isSpace(c) ? Verdict.TAKEN : token(c);
  }

  private boolean to(Digits next) {
    digits = next;
    return true;
  }

  private static boolean isE(char c) {
    return c == 'e' || c == 'E';
  }

  private static boolean isSign(char c) {
    return c == '+' || c == '-';
  }
}
