package dev.freehold.engine.reply;

import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/// Reads literals of a notation that is not JSON, and writes them as JSON.
///
/// Reading is recursive with a bound on the depth; text that does not fit ends it.
abstract class LiteralReader {
  /// Levels of lists and objects at most.
  private static final int MAX_DEPTH = 32;

  final String text;
  final StringBuilder out = new StringBuilder();
  int at;

  LiteralReader(String text) {
    this.text = text;
  }

  /// Says that the text does not fit the notation.
  static final class Misfit extends Exception {
    private static final long serialVersionUID = 1L;

    Misfit(String message) {
      super(message, null, false, false);
    }
  }

  /// The name of a member, before its value.
  abstract String name() throws Misfit;

  /// What stands between the name of a member and its value.
  ///
  /// @param depth 0 for the arguments of a call, more inside of values
  abstract char assign(int depth);

  /// Writes the value at the position.
  abstract void value(int depth) throws Misfit;

  /// The whole text as arguments of a call: an object in JSON, or nothing where it does not fit.
  final Optional<String> arguments() {
    try {
      members('\0', 0);
      return Optional.of(out.toString());
    } catch (Misfit e) {
      return Optional.empty();
    }
  }

  final Misfit misfit(String expected) {
    return new Misfit("expected " + expected + " at character " + at);
  }

  final void skipSpace() {
    while (at < text.length() && SymbolBuffer.isSpace(text.charAt(at))) {
      at++;
    }
  }

  /// Moves over white space and one character, or the end of the text for NUL.
  final boolean take(char c) {
    skipSpace();
    if (at == text.length()) {
      return c == '\0';
    }
    if (text.charAt(at) != c) {
      return false;
    }
    at++;
    return true;
  }

  final boolean take(String word) {
    boolean there = text.startsWith(word, at);
    at += there ? word.length() : 0;
    return there;
  }

  /// Writes members up to a closing bracket, of which the opening one has been read.
  final void members(char close, int depth) throws Misfit {
    checkDepth(depth);
    Set<String> names = new HashSet<>();
    out.append('{');
    while (!take(close)) {
      if (!names.isEmpty()) {
        comma();
        if (take(close)) {
          break;
        }
        out.append(',');
      }
      skipSpace();
      String name = name();
      if (!names.add(name)) {
        throw misfit("each name once");
      }
      JsonText.quote(name, out);
      out.append(':');
      if (!take(assign(depth))) {
        throw misfit("a value");
      }
      skipSpace();
      value(depth + 1);
    }
    out.append('}');
  }

  /// Writes items up to a closing bracket, of which the opening one has been read.
  final void items(char close, int depth) throws Misfit {
    checkDepth(depth);
    out.append('[');
    boolean any = false;
    while (!take(close)) {
      if (any) {
        comma();
        if (take(close)) {
          break;
        }
        out.append(',');
      }
      skipSpace();
      value(depth + 1);
      any = true;
    }
    out.append(']');
  }

  private void comma() throws Misfit {
    if (!take(',')) {
      throw misfit("a comma or the end");
    }
  }

  private void checkDepth(int depth) throws Misfit {
    if (depth > MAX_DEPTH) {
      throw misfit("at most %d levels".formatted(MAX_DEPTH));
    }
  }
}
