package dev.freehold.engine;

/// How often each token occurs among the last ones of a text.
final class RecentTokens {
  private final int[] ring;
  private final boolean isUnbounded;
  private final int[] counts;
  private final int[] distinct;
  private final int[] places;
  private int distinctCount;
  private int next;
  private int filled;

  /// @param window how many of the last tokens count, at least 1; -1 for all
  RecentTokens(int vocabSize, int window) {
    this.isUnbounded = window < 0;
    this.ring = new int[Math.max(0, window)];
    this.counts = new int[vocabSize];
    this.distinct = new int[vocabSize];
    this.places = new int[vocabSize];
  }

  void add(int token) {
    if (!isUnbounded) {
      if (filled == ring.length) {
        remove(ring[next]);
      } else {
        filled++;
      }
      ring[next] = token;
      next = next + 1 == ring.length ? 0 : next + 1;
    }
    if (counts[token]++ == 0) {
      places[token] = distinctCount;
      distinct[distinctCount++] = token;
    }
  }

  private void remove(int token) {
    if (--counts[token] == 0) {
      int last = distinct[--distinctCount];
      distinct[places[token]] = last;
      places[last] = places[token];
    }
  }

  /// Number of different tokens.
  int distinctCount() {
    return distinctCount;
  }

  /// One of the different tokens, in no particular order.
  int distinct(int i) {
    return distinct[i];
  }

  int count(int token) {
    return counts[token];
  }
}
