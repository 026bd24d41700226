package dev.freehold.text.unicode;

/// A hash table from pairs of code points to code points.
final class PairMap {
  private final long[] keys;
  private final int[] values;

  private PairMap(int capacity) {
    keys = new long[capacity];
    values = new int[capacity];
  }

  static PairMap read(TableReader reader) {
    int count = reader.number();
    PairMap map = new PairMap(Integer.highestOneBit(count) * 4);
    for (int i = 0; i < count; i++) {
      long key = key(reader.number(), reader.number());
      int slot = map.slot(key);
      map.keys[slot] = key;
      map.values[slot] = reader.number();
    }
    return map;
  }

  private static long key(int first, int second) {
    return (long) first << 32 | second;
  }

  /// The slot that holds the key, or the empty one where it would go; no pair has key 0.
  private int slot(long key) {
    int slot = (int) (key * 0x9E3779B97F4A7C15L >>> 40) & keys.length - 1;
    while (keys[slot] != 0 && keys[slot] != key) {
      slot = slot + 1 & keys.length - 1;
    }
    return slot;
  }

  int get(int first, int second) {
    int slot = slot(key(first, second));
    return keys[slot] == 0 ? -1 : values[slot];
  }
}
