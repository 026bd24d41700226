package dev.freehold.text;

/// The merges of a byte-pair model: for two tokens, the rank of their merge and its result.
final class MergeTable {
  // pairs of key (left, right, plus 1; 0 if free) and value (rank, result)
  private final long[] table;
  private final int mask;

  MergeTable(int count) {
    int capacity = Integer.highestOneBit(Math.max(4, count)) * 4;
    table = new long[2 * capacity];
    mask = capacity - 1;
  }

  private static long key(int left, int right) {
    return ((long) left << 32 | right) + 1;
  }

  private int slot(long key) {
    int slot = (int) (key * 0x9E3779B97F4A7C15L >>> 33) & mask;
    while (table[2 * slot] != 0 && table[2 * slot] != key) {
      slot = slot + 1 & mask;
    }
    return slot;
  }

  /// Adds a merge.
  ///
  /// @param replace whether a merge of the same pair that is there already gives way
  void add(int left, int right, int rank, int result, boolean replace) {
    long key = key(left, right);
    int slot = slot(key);
    if (table[2 * slot] == 0 || replace) {
      table[2 * slot] = key;
      table[2 * slot + 1] = (long) rank << 32 | result;
    }
  }

  /// The merge of a pair, for [#rank] and [#result]; or -1.
  long find(int left, int right) {
    if (left < 0 || right < 0) {
      return -1;
    }
    int slot = slot(key(left, right));
    return table[2 * slot] == 0 ? -1 : table[2 * slot + 1];
  }

  static int rank(long merge) {
    return (int) (merge >>> 32);
  }

  static int result(long merge) {
    return (int) merge;
  }
}
