package dev.freehold.text.unicode;

/// The code points in order, cut where the general category changes.
public final class CategoryRuns {
  private static final CategoryRuns ALL = new CategoryRuns();

  private final int[] starts;

  private CategoryRuns() {
    IntList list = new IntList(4096);
    int last = -1;
    for (int cp = 0; cp < Unicode.CODE_POINTS; cp++) {
      int category = Unicode.category(cp);
      if (category != last) {
        list.add(cp);
        last = category;
      }
    }
    list.add(Unicode.CODE_POINTS);
    starts = list.toArray();
  }

  /// Sorted, disjoint ranges `start, end, start, end...` (ends excluded) of a set of categories.
  public static int[] ranges(int categories) {
    IntList out = new IntList();
    for (int i = 0; i + 1 < ALL.starts.length; i++) {
      if ((1 << Unicode.category(ALL.starts[i]) & categories) != 0) {
        if (!out.isEmpty() && out.last() == ALL.starts[i]) {
          out.removeLast();
        } else {
          out.add(ALL.starts[i]);
        }
        out.add(ALL.starts[i + 1]);
      }
    }
    return out.toArray();
  }
}
