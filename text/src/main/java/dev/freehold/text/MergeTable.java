package dev.freehold.text;

/// The merges of a byte-pair model: for two tokens, the rank of their merge and its result.
final class MergeTable {
  private final long[] keys;
  private final int[] ranks;
  private final int[] results;

  MergeTable(int count) {
    int capacity = Integer.highestOneBit(Math.max(4, count)) * 4;
    keys = new long[capacity];
    ranks = new int[capacity];
    results = new int[capacity];
  }

  private static long key(int left, int right) {
    return ((long) left << 32 | right) + 1;
  }

  private int slot(long key) {
    int slot = (int) (key * 0x9E3779B97F4A7C15L >>> 33) & keys.length - 1;
    while (keys[slot] != 0 && keys[slot] != key) {
      slot = slot + 1 & keys.length - 1;
    }
    return slot;
  }

  /// Adds a merge.
  ///
  /// @param replace whether a merge of the same pair that is there already gives way
  void add(int left, int right, int rank, int result, boolean replace) {
    long key = key(left, right);
    int slot = slot(key);
    if (keys[slot] == 0 || replace) {
      keys[slot] = key;
      ranks[slot] = rank;
      results[slot] = result;
    }
  }

  /// The place of a pair, or -1.
  int find(int left, int right) {
    if (left < 0 || right < 0) {
      return -1;
    }
    int slot = slot(key(left, right));
    return keys[slot] == 0 ? -1 : slot;
  }

  int rank(int place) {
    return ranks[place];
  }

  int result(int place) {
    return results[place];
  }
}
