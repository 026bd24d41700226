package dev.freehold.text;

import dev.freehold.text.unicode.IntList;
import java.util.Arrays;

/// Merges the symbols of one piece by rank until no merge applies, in n log n.
///
/// Of all adjacent pairs the one of lowest rank is merged first, of equal ranks the leftmost. The
/// symbols are a linked list; the queue holds (rank, position) and an entry that no longer fits its
/// position is skipped. Source: Sennrich et al., Neural Machine Translation of Rare Words with
/// Subword Units, 2016.
final class BytePairMerger {
  private static final int FEW = 24;
  private static final int REMOVED = Integer.MIN_VALUE;

  private final MergeTable merges;
  private int[] symbols = new int[64];
  private int[] next = new int[64];
  private int[] previous = new int[64];
  private int count;

  BytePairMerger(MergeTable merges) {
    this.merges = merges;
  }

  void clear() {
    count = 0;
  }

  /// Adds a symbol: a token id, or a negative number for what no merge takes.
  void add(int symbol) {
    if (count == symbols.length) {
      symbols = Arrays.copyOf(symbols, count * 2);
    }
    symbols[count++] = symbol;
  }

  /// Merges and appends what is left.
  void merge(IntList out) {
    if (count <= FEW) {
      mergeFew();
      for (int i = 0; i < count; i++) {
        out.add(symbols[i]);
      }
      return;
    }
    mergeMany();
    for (int i = 0; i < count; i = next[i]) {
      out.add(symbols[i]);
    }
  }

  private void mergeFew() {
    while (count > 1) {
      long best = -1;
      int at = -1;
      for (int i = 0; i + 1 < count; i++) {
        long merge = merges.find(symbols[i], symbols[i + 1]);
        if (merge >= 0 && (best < 0 || MergeTable.rank(merge) < MergeTable.rank(best))) {
          best = merge;
          at = i;
        }
      }
      if (best < 0) {
        return;
      }
      symbols[at] = MergeTable.result(best);
      System.arraycopy(symbols, at + 2, symbols, at + 1, count - at - 2);
      count--;
    }
  }

  private void mergeMany() {
    if (next.length < count) {
      next = new int[symbols.length];
      previous = new int[symbols.length];
    }
    SymbolQueue queue = new SymbolQueue(count);
    for (int i = 0; i < count; i++) {
      next[i] = i + 1;
      previous[i] = i - 1;
      long merge = i + 1 < count ? merges.find(symbols[i], symbols[i + 1]) : -1;
      if (merge >= 0) {
        queue.addInitial((long) MergeTable.rank(merge) << 32 | i);
      }
    }
    queue.start();
    while (!queue.isEmpty()) {
      long entry = queue.removeFirst();
      int left = (int) entry;
      int right = next[left];
      if (symbols[left] == REMOVED || right >= count) {
        continue;
      }
      long merge = merges.find(symbols[left], symbols[right]);
      if (merge < 0 || MergeTable.rank(merge) != (int) (entry >>> 32)) {
        continue;
      }
      symbols[left] = MergeTable.result(merge);
      symbols[right] = REMOVED;
      next[left] = next[right];
      if (next[right] < count) {
        previous[next[right]] = left;
        offer(queue, left, next[left]);
      }
      if (previous[left] >= 0) {
        offer(queue, previous[left], left);
      }
    }
  }

  private void offer(SymbolQueue queue, int left, int right) {
    long merge = merges.find(symbols[left], symbols[right]);
    if (merge >= 0) {
      queue.add((long) MergeTable.rank(merge) << 32 | left);
    }
  }
}
