package dev.freehold.model;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;

/// Few rows of factor levels that hold every pair of levels of every two factors, found greedily.
final class PairwiseCover {
  private static final int CANDIDATES = 60;

  private PairwiseCover() {}

  /// @param levels number of levels of each factor
  static List<int[]> rows(int... levels) {
    Set<Long> open = new HashSet<>();
    for (int f = 0; f < levels.length; f++) {
      for (int g = f + 1; g < levels.length; g++) {
        for (int a = 0; a < levels[f]; a++) {
          for (int b = 0; b < levels[g]; b++) {
            open.add(pair(f, a, g, b));
          }
        }
      }
    }
    Random random = new Random(1);
    List<int[]> rows = new ArrayList<>();
    while (!open.isEmpty()) {
      int[] best = new int[levels.length];
      int most = -1;
      long wanted = open.iterator().next();
      for (int i = 0; i < CANDIDATES; i++) {
        int[] row = random.ints(levels.length, 0, 1 << 20).toArray();
        for (int f = 0; f < levels.length; f++) {
          row[f] %= levels[f];
        }
        row[(int) (wanted >>> 36)] = (int) (wanted >>> 24 & 0xfff);
        row[(int) (wanted >>> 12 & 0xfff)] = (int) (wanted & 0xfff);
        int covered = (int) pairs(row).stream().filter(open::contains).count();
        if (covered > most) {
          most = covered;
          best = row;
        }
      }
      rows.add(best);
      open.removeAll(pairs(best));
    }
    return rows;
  }

  private static Set<Long> pairs(int[] row) {
    Set<Long> pairs = new HashSet<>();
    for (int f = 0; f < row.length; f++) {
      for (int g = f + 1; g < row.length; g++) {
        pairs.add(pair(f, row[f], g, row[g]));
      }
    }
    return pairs;
  }

  private static long pair(int f, int a, int g, int b) {
    return (long) f << 36 | (long) a << 24 | (long) g << 12 | b;
  }
}
