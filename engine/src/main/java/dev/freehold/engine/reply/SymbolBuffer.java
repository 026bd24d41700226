package dev.freehold.engine.reply;

import java.util.Arrays;

/// The symbols of an answer that are not yet decided on, with a position up to which a reader of
/// calls has come.
final class SymbolBuffer {
  /// How a pattern meets the symbols at the position.
  enum Match {
    YES,
    NO,
    /// The symbols so far fit, and more may come.
    PARTIAL
  }

  static final int TOO_FAR = -2;

  private final Marks marks;
  private int[] symbols = new int[256];
  private int start;
  private int position;
  private int scanned;
  private int size;
  private boolean ended;

  SymbolBuffer(Marks marks) {
    this.marks = marks;
  }

  void append(int symbol) {
    if (size == symbols.length) {
      if (start > size / 2) {
        System.arraycopy(symbols, start, symbols, 0, size - start);
        size -= start;
        position -= start;
        scanned -= start;
        start = 0;
      } else {
        symbols = Arrays.copyOf(symbols, 2 * size);
      }
    }
    symbols[size++] = symbol;
  }

  void end() {
    ended = true;
  }

  /// Whether no symbol will be appended any more.
  boolean ended() {
    return ended;
  }

  boolean isEmpty() {
    return position == size;
  }

  /// Symbols from the position on.
  int available() {
    return size - position;
  }

  /// Symbols since the last [#commit].
  int undecided() {
    return size - start;
  }

  /// Symbols from the last [#commit] to the position.
  int taken() {
    return position - start;
  }

  /// The symbol at the position; there must be one.
  int peek() {
    return symbols[position];
  }

  int take() {
    scanned = 0;
    return symbols[position++];
  }

  void skip(int count) {
    scanned = 0;
    position += count;
  }

  void skipAll() {
    skip(size - position);
  }

  /// Moves over white space; whether a symbol stands at the position then.
  boolean skipSpace() {
    while (position < size && isSpace(symbols[position])) {
      position++;
      scanned = 0;
    }
    return position < size;
  }

  static boolean isSpace(int symbol) {
    return symbol == ' ' || symbol == '\n' || symbol == '\r' || symbol == '\t';
  }

  /// Forgets everything before the position.
  void commit() {
    start = position;
  }

  Match match(int[] pattern) {
    int length = Math.min(pattern.length, size - position);
    for (int i = 0; i < length; i++) {
      if (symbols[position + i] != pattern[i]) {
        return Match.NO;
      }
    }
    if (length == pattern.length) {
      return Match.YES;
    }
    return ended ? Match.NO : Match.PARTIAL;
  }

  /// Whether the symbols ended inside the pattern, which began at the position.
  boolean isCutIn(int[] pattern) {
    int length = size - position;
    return ended
        && length < pattern.length
        && Arrays.equals(symbols, position, size, pattern, 0, length);
  }

  /// How far from the position the pattern first stands, or -1. Between two calls without a move of
  /// the position the pattern must be the same: what was searched is not searched again.
  int find(int[] pattern) {
    int from = Math.max(position, scanned);
    for (int i = from; i <= size - pattern.length; i++) {
      if (Arrays.equals(symbols, i, i + pattern.length, pattern, 0, pattern.length)) {
        return i - position;
      }
    }
    scanned = Math.max(from, size - pattern.length + 1);
    return -1;
  }

  /// As [#find], for what must come within so many symbols: where it does not, [#TOO_FAR].
  int findWithin(int[] pattern, int limit) {
    int at = find(pattern);
    return at > limit || (at < 0 && size - position > limit) ? TOO_FAR : at;
  }

  /// The text of the next symbols, marks spelled out.
  String ahead(int count) {
    return text(position, position + count);
  }

  /// The text from the last [#commit] to the position, marks spelled out.
  String takenText() {
    return text(start, position);
  }

  private String text(int from, int to) {
    StringBuilder text = new StringBuilder(to - from);
    for (int i = from; i < to; i++) {
      marks.spell(symbols[i], text);
    }
    return text.toString();
  }
}
