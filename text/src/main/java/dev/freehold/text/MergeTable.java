package dev.freehold.text;

/// The merges of a byte-pair model: for two tokens, the rank of their merge and its result.
final class MergeTable {
  // by rank
  private final int[] lefts;
  private final int[] rights;
  private final int[] results;

  // ranks, plus 1; 0 if free
  private final int[] table;

  /// @param count ranks, from 0 on
  MergeTable(int count) {
    lefts = new int[count];
    rights = new int[count];
    results = new int[count];
    table = new int[slots(count)];
  }

  /// A table that was made before.
  MergeTable(TokenizerTables.Merges made) {
    lefts = made.lefts();
    rights = made.rights();
    results = made.results();
    table = made.table();
  }

  /// How long the table of so many merges is.
  static int slots(int count) {
    return Integer.highestOneBit(Math.max(4, count)) * 4;
  }

  TokenizerTables.Merges tables() {
    return new TokenizerTables.Merges(lefts, rights, results, table);
  }

  /// Where a pair is in the table, or would be.
  private int slot(int left, int right) {
    long mixed = ((long) left << 32 | right) * 0x9E3779B97F4A7C15L;
    int slot = (int) (mixed >>> 33) & table.length - 1;
    while (table[slot] != 0) {
      int rank = table[slot] - 1;
      if (lefts[rank] == left && rights[rank] == right) {
        return slot;
      }
      slot = slot + 1 & table.length - 1;
    }
    return slot;
  }

  /// Adds a merge.
  ///
  /// @param replace whether a merge of the same pair that is there already gives way
  void add(int left, int right, int rank, int result, boolean replace) {
    int slot = slot(left, right);
    if (table[slot] == 0 || replace) {
      lefts[rank] = left;
      rights[rank] = right;
      results[rank] = result;
      table[slot] = rank + 1;
    }
  }

  /// The merge of a pair, for [#rank] and [#result]; or -1.
  long find(int left, int right) {
    if (left < 0 || right < 0) {
      return -1;
    }
    int rank = table[slot(left, right)] - 1;
    return rank < 0 ? -1 : (long) rank << 32 | results[rank];
  }

  static int rank(long merge) {
    return (int) (merge >>> 32);
  }

  static int result(long merge) {
    return (int) merge;
  }
}
