package dev.freehold.text;

import dev.freehold.text.unicode.CodePoints;
import dev.freehold.text.unicode.IntList;

/// Stretches of a text, in order; pre-tokenizers cut them, drop some and rewrite them.
///
/// @param points the text
/// @param bounds start and end (excluded) of each piece, one after another
/// @param atTextStart whether the first piece starts the text that the user gave
record Pieces(int[] points, IntList bounds, boolean atTextStart) {
  static Pieces of(CodePoints text, boolean atTextStart) {
    IntList bounds = new IntList(2);
    if (text.length() > 0) {
      bounds.add(0);
      bounds.add(text.length());
    }
    return new Pieces(text.array(), bounds, atTextStart);
  }

  int count() {
    return bounds.size() / 2;
  }

  int start(int piece) {
    return bounds.get(2 * piece);
  }

  int end(int piece) {
    return bounds.get(2 * piece + 1);
  }

  /// The same text with other cuts.
  Pieces with(IntList newBounds) {
    boolean same = !newBounds.isEmpty() && !bounds.isEmpty() && newBounds.get(0) == bounds.get(0);
    return new Pieces(points, newBounds, atTextStart && same);
  }
}
