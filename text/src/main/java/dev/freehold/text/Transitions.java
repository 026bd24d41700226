package dev.freehold.text;

/// The steps of a trie: a hash table from (node, code point) to node.
final class Transitions {
  // keys are node and code point, plus 1; 0 is a free place
  private long[] keys = new long[64];
  private int[] targets = new int[64];
  private int size;

  private static long key(int node, int cp) {
    return ((long) node << 21 | cp) + 1;
  }

  private int slot(long key) {
    int slot = (int) (key * 0x9E3779B97F4A7C15L >>> 33) & keys.length - 1;
    while (keys[slot] != 0 && keys[slot] != key) {
      slot = slot + 1 & keys.length - 1;
    }
    return slot;
  }

  /// The next node, or -1.
  int get(int node, int cp) {
    int slot = slot(key(node, cp));
    return keys[slot] == 0 ? -1 : targets[slot];
  }

  void put(int node, int cp, int target) {
    long key = key(node, cp);
    int slot = slot(key);
    keys[slot] = key;
    targets[slot] = target;
    if (++size * 2 > keys.length) {
      grow();
    }
  }

  private void grow() {
    long[] oldKeys = keys;
    int[] oldTargets = targets;
    keys = new long[oldKeys.length * 2];
    targets = new int[oldKeys.length * 2];
    for (int i = 0; i < oldKeys.length; i++) {
      if (oldKeys[i] != 0) {
        int slot = slot(oldKeys[i]);
        keys[slot] = oldKeys[i];
        targets[slot] = oldTargets[i];
      }
    }
  }
}
