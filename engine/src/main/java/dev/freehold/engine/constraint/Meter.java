package dev.freehold.engine.constraint;

import dev.freehold.chat.ChatException;

/// Counts what compiling one format takes, and refuses it by name when that is too much.
final class Meter {
  private static final int MAX_SHOWN = 300;

  private final Budget budget;
  private final String field;
  private String place = "";
  private long work;
  private long cells;
  private int shapes;

  /// @param field what is compiled, as requests call it
  Meter(Budget budget, String field) {
    this.budget = budget;
    this.field = field;
  }

  Budget budget() {
    return budget;
  }

  /// Says what is compiled from now on, for messages: a pointer into the schema.
  void at(String newPlace) {
    place = newPlace;
  }

  String place() {
    return place;
  }

  ChatException refusal(String message) {
    return refusal(place, message);
  }

  ChatException refusal(String where, String message) {
    String what = where.isEmpty() ? message : "at " + shown(where) + ": " + message;
    return new ChatException(field, what);
  }

  /// Text of a request made fit for a message: cut to a length, without control characters.
  static String shown(String text) {
    StringBuilder shown = new StringBuilder();
    String cut = text.length() > MAX_SHOWN ? text.substring(0, MAX_SHOWN) + "\u2026" : text;
    cut.codePoints().forEach(c -> shown.appendCodePoint(Character.isISOControl(c) ? 0xFFFD : c));
    return shown.toString();
  }

  private ChatException tooMuch(String what, long limit) {
    return refusal(
        "needs more than %d %s to compile; make it simpler or smaller".formatted(limit, what));
  }

  void work(long steps) {
    work += steps;
    if (work > budget.work()) {
      throw tooMuch("steps", budget.work());
    }
  }

  void cells(long count) {
    cells += count;
    work(count >> 2);
    if (cells > budget.cells()) {
      throw tooMuch("table entries", budget.cells());
    }
  }

  void shape() {
    shapes++;
    work(16);
    if (shapes > budget.shapes()) {
      throw tooMuch("different values", budget.shapes());
    }
  }

  /// Checks the size of a pattern's automaton before it is built.
  void fragments(long count) {
    if (count > budget.fragments()) {
      throw tooMuch(
          "states for one pattern (repetitions count as often as they repeat)", budget.fragments());
    }
  }
}
