package dev.freehold.engine.reply;

/// Feeds text and special tokens into a buffer of symbols; what is no character becomes U+FFFD.
final class TextFeed {
  private final Marks marks;
  private final SymbolBuffer buffer;
  private int high = -1;

  TextFeed(Marks marks, SymbolBuffer buffer) {
    this.marks = marks;
    this.buffer = buffer;
  }

  /// A first half of a surrogate pair waits for its second.
  void text(String piece) {
    for (int i = 0; i < piece.length(); i++) {
      char c = piece.charAt(i);
      if (Character.isLowSurrogate(c) && high >= 0) {
        buffer.append(high);
        buffer.append(c);
        high = -1;
      } else {
        dropHigh();
        if (Character.isHighSurrogate(c)) {
          high = c;
        } else {
          buffer.append(Character.isLowSurrogate(c) ? '\uFFFD' : c);
        }
      }
    }
  }

  private void dropHigh() {
    if (high >= 0) {
      buffer.append('\uFFFD');
      high = -1;
    }
  }

  void mark(String token) {
    int symbol = marks.symbol(token);
    if (symbol >= 0) {
      dropHigh();
      buffer.append(symbol);
    }
  }

  void end() {
    dropHigh();
    buffer.end();
  }
}
