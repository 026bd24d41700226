package dev.freehold.text.unicode;

/// The code points in order, cut where the general category changes.
public final class CategoryRuns {
  private CategoryRuns() {}

  /// Sorted, disjoint ranges `start, end, start, end...` (ends excluded) of a set of categories.
  public static int[] ranges(int categories) {
    int[] starts = Unicode.categoryStarts();
    IntList out = new IntList();
    for (int i = 0; i + 1 < starts.length; i++) {
      if ((1 << Unicode.category(starts[i]) & categories) != 0) {
        if (!out.isEmpty() && out.last() == starts[i]) {
          out.removeLast();
        } else {
          out.add(starts[i]);
        }
        out.add(starts[i + 1]);
      }
    }
    return out.toArray();
  }
}
