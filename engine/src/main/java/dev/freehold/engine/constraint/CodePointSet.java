package dev.freehold.engine.constraint;

import dev.freehold.text.unicode.CategoryRuns;
import dev.freehold.text.unicode.IntList;
import dev.freehold.text.unicode.Unicode;
import java.util.Arrays;

/// An immutable set of Unicode scalar values, as sorted ranges; halves of surrogate pairs are never
/// members.
final class CodePointSet {
  private static final int FIRST_SURROGATE = 0xD800;
  private static final int AFTER_SURROGATES = 0xE000;

  static final CodePointSet EMPTY = new CodePointSet(new int[0]);
  static final CodePointSet ALL =
      new CodePointSet(new int[] {0, FIRST_SURROGATE, AFTER_SURROGATES, Unicode.CODE_POINTS});

  // start, end, start, end... with ends excluded
  private final int[] bounds;

  private CodePointSet(int[] bounds) {
    this.bounds = bounds;
  }

  /// The scalar values from `first` to `last`, both included.
  static CodePointSet range(int first, int last) {
    CodePointSet all = new CodePointSet(new int[] {first, last + 1});
    return first < AFTER_SURROGATES && last >= FIRST_SURROGATE ? all.and(ALL) : all;
  }

  static CodePointSet of(int point) {
    return range(point, point);
  }

  static CodePointSet of(String points) {
    CodePointSet set = EMPTY;
    for (int point : points.codePoints().toArray()) {
      set = set.or(of(point));
    }
    return set;
  }

  /// The members of a set of general categories, numbered as by [Character#getType].
  static CodePointSet categories(int categories) {
    return new CodePointSet(CategoryRuns.ranges(categories)).and(ALL);
  }

  boolean isEmpty() {
    return bounds.length == 0;
  }

  int ranges() {
    return bounds.length / 2;
  }

  int first(int range) {
    return bounds[2 * range];
  }

  int last(int range) {
    return bounds[2 * range + 1] - 1;
  }

  CodePointSet or(CodePointSet other) {
    return merged(other, 1);
  }

  CodePointSet and(CodePointSet other) {
    return merged(other, 2);
  }

  CodePointSet minus(CodePointSet other) {
    return and(other.not());
  }

  CodePointSet not() {
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
    return new CodePointSet(out.toArray()).and(ALL);
  }

  /// What is in at least `least` of both sets, by one sweep over their bounds.
  private CodePointSet merged(CodePointSet other, int least) {
    IntList out = new IntList(bounds.length + other.bounds.length);
    int i = 0;
    int j = 0;
    while (i < bounds.length || j < other.bounds.length) {
      int mine = i < bounds.length ? bounds[i] : Integer.MAX_VALUE;
      int theirs = j < other.bounds.length ? other.bounds[j] : Integer.MAX_VALUE;
      int at = Math.min(mine, theirs);
      boolean before = (i & 1) + (j & 1) >= least;
      i += mine == at ? 1 : 0;
      j += theirs == at ? 1 : 0;
      boolean after = (i & 1) + (j & 1) >= least;
      if (before != after) {
        out.add(at);
      }
    }
    return new CodePointSet(out.toArray());
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof CodePointSet set && Arrays.equals(bounds, set.bounds);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bounds);
  }
}
