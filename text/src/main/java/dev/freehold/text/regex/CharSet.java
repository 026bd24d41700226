package dev.freehold.text.regex;

import dev.freehold.text.unicode.CategoryRuns;
import dev.freehold.text.unicode.IntList;
import dev.freehold.text.unicode.Unicode;
import java.util.BitSet;
import java.util.function.IntPredicate;

/// An immutable set of code points, as sorted ranges with a fast path per block of 256 in the
/// planes that texts are made of.
final class CharSet {
  static final CharSet EMPTY = new CharSet(new int[0]);
  static final CharSet ALL = range(0, Unicode.CODE_POINTS - 1);

  private static final byte NONE = 0;
  private static final byte FULL = 1;
  private static final byte MIXED = 2;
  private static final int BLOCKS_END = 0x20000;

  // start, end, start, end... with ends excluded
  private final int[] bounds;
  private final long[] low = new long[4];
  private final byte[] blocks = new byte[BLOCKS_END >> 8];

  private CharSet(int[] bounds) {
    this.bounds = bounds;
    for (int i = 0; i < bounds.length; i += 2) {
      fillBlocks(bounds[i], Math.min(BLOCKS_END, bounds[i + 1]));
      fillLow(bounds[i], Math.min(256, bounds[i + 1]));
    }
  }

  private void fillBlocks(int start, int end) {
    for (int block = start >> 8; block << 8 < end; block++) {
      boolean full = start <= block << 8 && end >= (block + 1) << 8;
      blocks[block] = full ? FULL : MIXED;
    }
  }

  private void fillLow(int start, int end) {
    for (int from = start; from < end; from = (from | 63) + 1) {
      int count = Math.min(end, (from | 63) + 1) - from;
      low[from >> 6] |= -1L >>> 64 - count << from;
    }
  }

  /// The code points `first` to `last`, both included.
  static CharSet range(int first, int last) {
    return new CharSet(new int[] {first, last + 1});
  }

  static CharSet categories(int categories) {
    return new CharSet(CategoryRuns.ranges(categories));
  }

  static CharSet where(IntPredicate predicate) {
    IntList list = new IntList();
    boolean inside = false;
    for (int cp = 0; cp < Unicode.CODE_POINTS; cp++) {
      if (predicate.test(cp) != inside) {
        inside = !inside;
        list.add(cp);
      }
    }
    if (inside) {
      list.add(Unicode.CODE_POINTS);
    }
    return new CharSet(list.toArray());
  }

  boolean contains(int cp) {
    if (cp < 256) {
      return (low[cp >> 6] >>> cp & 1) != 0;
    }
    byte block = cp < BLOCKS_END ? blocks[cp >> 8] : MIXED;
    return block == MIXED ? search(cp) : block == FULL;
  }

  private boolean search(int cp) {
    int from = 0;
    int to = bounds.length;
    while (from < to) {
      int middle = (from + to) >>> 1;
      if (bounds[middle] <= cp) {
        from = middle + 1;
      } else {
        to = middle;
      }
    }
    return (from & 1) != 0;
  }

  boolean isEmpty() {
    return bounds.length == 0;
  }

  CharSet not() {
    IntList out = new IntList(bounds.length + 2);
    int from = 0;
    for (int i = 0; i < bounds.length; i += 2) {
      if (bounds[i] > from) {
        out.add(from);
        out.add(bounds[i]);
      }
      from = bounds[i + 1];
    }
    if (from < Unicode.CODE_POINTS) {
      out.add(from);
      out.add(Unicode.CODE_POINTS);
    }
    return new CharSet(out.toArray());
  }

  CharSet or(CharSet other) {
    if (isEmpty()) {
      return other;
    }
    if (other.isEmpty()) {
      return this;
    }
    IntList out = new IntList(bounds.length + other.bounds.length);
    int i = 0;
    int j = 0;
    while (i < bounds.length || j < other.bounds.length) {
      boolean mine =
          j >= other.bounds.length || (i < bounds.length && bounds[i] <= other.bounds[j]);
      int start = mine ? bounds[i] : other.bounds[j];
      int end = mine ? bounds[i + 1] : other.bounds[j + 1];
      if (mine) {
        i += 2;
      } else {
        j += 2;
      }
      if (!out.isEmpty() && out.last() >= start) {
        out.set(out.size() - 1, Math.max(out.last(), end));
      } else {
        out.add(start);
        out.add(end);
      }
    }
    return new CharSet(out.toArray());
  }

  CharSet and(CharSet other) {
    return not().or(other.not()).not();
  }

  /// This set and whatever differs from its members in case only.
  CharSet ignoringCase() {
    int[] pairs = Unicode.foldPairs();
    if (bounds.length == 2 && bounds[1] - bounds[0] == 1) {
      return ignoringCase(bounds[0], pairs);
    }
    BitSet folds = new BitSet();
    for (int i = 0; i < pairs.length; i += 2) {
      if (contains(pairs[i]) || contains(pairs[i + 1])) {
        folds.set(pairs[i + 1]);
      }
    }
    BitSet added = (BitSet) folds.clone();
    for (int i = 0; i < pairs.length; i += 2) {
      if (folds.get(pairs[i + 1])) {
        added.set(pairs[i]);
      }
    }
    IntList out = new IntList();
    for (int from = added.nextSetBit(0); from >= 0; ) {
      int end = added.nextClearBit(from);
      out.add(from);
      out.add(end);
      from = added.nextSetBit(end);
    }
    return or(new CharSet(out.toArray()));
  }

  private static CharSet ignoringCase(int cp, int[] pairs) {
    int fold = Unicode.fold(cp);
    CharSet set = fold == cp ? range(cp, cp) : range(cp, cp).or(range(fold, fold));
    for (int i = 0; i < pairs.length; i += 2) {
      int to = pairs[i + 1];
      if ((to == cp || to == fold) && pairs[i] != cp) {
        set = set.or(range(pairs[i], pairs[i]));
      }
    }
    return set;
  }
}
