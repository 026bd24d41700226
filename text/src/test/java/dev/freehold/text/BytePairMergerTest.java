package dev.freehold.text;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freehold.text.unicode.IntList;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class BytePairMergerTest {
  private static final int SYMBOLS = 40;

  /// Looks for the best pair from the left each time.
  private static List<Integer> reference(MergeTable merges, int[] symbols) {
    List<Integer> left = new ArrayList<>();
    for (int symbol : symbols) {
      left.add(symbol);
    }
    while (true) {
      int at = -1;
      long best = -1;
      for (int i = 0; i + 1 < left.size(); i++) {
        long merge = merges.find(left.get(i), left.get(i + 1));
        if (merge >= 0 && (best < 0 || MergeTable.rank(merge) < MergeTable.rank(best))) {
          best = merge;
          at = i;
        }
      }
      if (at < 0) {
        return left;
      }
      left.set(at, MergeTable.result(best));
      left.remove(at + 1);
    }
  }

  @Test
  void mergesByRankFromTheLeft() {
    Random random = new Random(2);
    for (int round = 0; round < 300; round++) {
      MergeTable merges = new MergeTable(SYMBOLS * 4);
      for (int rank = 0; rank < SYMBOLS * 4; rank++) {
        // ranks in no order of length, so that a merge may make a pair of lower rank
        merges.add(
            random.nextInt(SYMBOLS), random.nextInt(SYMBOLS), rank, random.nextInt(SYMBOLS), false);
      }
      int[] symbols = random.ints(random.nextInt(1, 300), -1, SYMBOLS).toArray();
      BytePairMerger merger = new BytePairMerger(merges);
      for (int again = 0; again < 2; again++) {
        merger.clear();
        for (int symbol : symbols) {
          merger.add(symbol);
        }
        IntList out = new IntList();
        merger.merge(out);
        assertThat(out.toArray())
            .isEqualTo(reference(merges, symbols).stream().mapToInt(Integer::intValue).toArray());
      }
    }
  }

  @Test
  void theQueueGivesTheSmallestFirst() {
    Random random = new Random(4);
    for (int count : new int[] {0, 1, 10, 5000, 100_000}) {
      SymbolQueue queue = new SymbolQueue(count);
      for (int i = 0; i < count; i++) {
        queue.addInitial((long) random.nextInt() << 32 | i);
      }
      queue.start();
      long last = Long.MIN_VALUE;
      for (int taken = 0; !queue.isEmpty(); taken++) {
        long entry = queue.removeFirst();
        assertThat(entry).isGreaterThanOrEqualTo(last);
        last = entry;
        if (taken < count && random.nextBoolean()) {
          queue.add(entry + random.nextInt(1000));
        }
      }
    }
  }
}
