package dev.freehold.engine.constraint;

import dev.freehold.text.unicode.IntList;

/// A set of token ids: a list while it is small, a bit per token where it is not.
final class TokenSet {
  private final int words;
  private final IntList few = new IntList(8);
  private long[] bits = {};

  TokenSet(int vocabularySize) {
    words = (vocabularySize + 63) >> 6;
  }

  void add(int id) {
    if (bits.length > 0) {
      bits[id >> 6] |= 1L << id;
      return;
    }
    few.add(id);
    if (few.size() >= words) {
      widen();
    }
  }

  private void widen() {
    bits = new long[words];
    for (int i = 0; i < few.size(); i++) {
      bits[few.get(i) >> 6] |= 1L << few.get(i);
    }
    few.clear();
  }

  void addAll(TokenSet other) {
    if (other.bits.length > 0) {
      if (bits.length == 0) {
        widen();
      }
      for (int i = 0; i < words; i++) {
        bits[i] |= other.bits[i];
      }
      return;
    }
    for (int i = 0; i < other.few.size(); i++) {
      add(other.few.get(i));
    }
  }

  /// Sets the bits of the members, and clears all others.
  void copyTo(long[] out) {
    if (bits.length > 0) {
      System.arraycopy(bits, 0, out, 0, words);
      java.util.Arrays.fill(out, words, out.length, 0);
      return;
    }
    java.util.Arrays.fill(out, 0);
    for (int i = 0; i < few.size(); i++) {
      out[few.get(i) >> 6] |= 1L << few.get(i);
    }
  }

  boolean isWide() {
    return bits.length > 0;
  }
}
