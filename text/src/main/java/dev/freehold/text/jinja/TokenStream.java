package dev.freehold.text.jinja;

import dev.freehold.text.TextException;
import dev.freehold.text.jinja.Token.Kind;
import java.util.List;

/// The tokens of a template and how far they are read.
final class TokenStream {
  private static final int MAX_NESTING = 100;

  private final List<Token> tokens;
  private int position;
  private int nesting;

  TokenStream(List<Token> tokens) {
    this.tokens = tokens;
  }

  Token peek() {
    return tokens.get(position);
  }

  Token peekSecond() {
    return tokens.get(Math.min(position + 1, tokens.size() - 1));
  }

  Token next() {
    Token token = tokens.get(position);
    if (token.kind() != Kind.END) {
      position++;
    }
    return token;
  }

  int line() {
    return peek().line();
  }

  boolean skipName(String name) {
    return skip(Kind.NAME, name);
  }

  boolean skipOperator(String operator) {
    return skip(Kind.OPERATOR, operator);
  }

  private boolean skip(Kind kind, String text) {
    boolean found = peek().is(kind, text);
    if (found) {
      next();
    }
    return found;
  }

  Token expect(Kind kind, String what) {
    if (peek().kind() != kind) {
      throw unexpected(what);
    }
    return next();
  }

  String expectName(String what) {
    return expect(Kind.NAME, what).text();
  }

  void expectOperator(String operator) {
    if (!skipOperator(operator)) {
      throw unexpected("'" + operator + "'");
    }
  }

  void expectKeyword(String name) {
    if (!skipName(name)) {
      throw unexpected("'" + name + "'");
    }
  }

  TextException unexpected(String expected) {
    return error(line(), "expected " + expected + ", found " + peek().describe());
  }

  TextException error(int line, String message) {
    return new TextException("chat template, line " + line + ": " + message);
  }

  /// Enters a construct that may hold itself.
  void enter() {
    if (++nesting > MAX_NESTING) {
      throw error(line(), "expressions or blocks are nested more than 100 levels deep");
    }
  }

  void leave() {
    nesting--;
  }
}
