package dev.freehold.text.unicode;

import java.util.Arrays;

/// The four normalization forms of Unicode, in time linear in the text but for the sorting of marks
/// (n log n).
///
/// Source: Unicode Standard Annex 15.
public enum Normalization {
  NFC(false, true, 0x300),
  NFD(false, false, 0xC0),
  NFKC(true, true, 0xA0),
  NFKD(true, false, 0xA0);

  private static final int S_BASE = 0xAC00;
  private static final int L_BASE = 0x1100;
  private static final int V_BASE = 0x1161;
  private static final int T_BASE = 0x11A7;
  private static final int L_COUNT = 19;
  private static final int V_COUNT = 21;
  private static final int T_COUNT = 28;
  private static final int N_COUNT = V_COUNT * T_COUNT;
  private static final int S_COUNT = L_COUNT * N_COUNT;

  private final boolean compatible;
  private final boolean composed;
  private final int unchangedBelow;

  Normalization(boolean compatible, boolean composed, int unchangedBelow) {
    this.compatible = compatible;
    this.composed = composed;
    this.unchangedBelow = unchangedBelow;
  }

  public CodePoints apply(CodePoints text) {
    if (isPlain(text)) {
      return text;
    }
    CodePoints result = decompose(text);
    reorder(result);
    if (composed) {
      compose(result);
    }
    return result;
  }

  public String apply(String text) {
    return apply(CodePoints.of(text, true)).toString();
  }

  private boolean isPlain(CodePoints text) {
    int[] points = text.array();
    for (int i = 0; i < text.length(); i++) {
      if (points[i] >= unchangedBelow) {
        return false;
      }
    }
    return true;
  }

  private CodePoints decompose(CodePoints text) {
    CodePointMap map = Unicode.decompositions(compatible);
    CodePoints out = new CodePoints(text.length() + 16);
    for (int i = 0; i < text.length(); i++) {
      int cp = text.get(i);
      boolean trusted = text.trusted(i);
      int s = cp - S_BASE;
      if (s >= 0 && s < S_COUNT) {
        out.add(L_BASE + s / N_COUNT, trusted);
        out.add(V_BASE + s % N_COUNT / T_COUNT, trusted);
        if (s % T_COUNT != 0) {
          out.add(T_BASE + s % T_COUNT, trusted);
        }
        continue;
      }
      int index = map.find(cp);
      if (index < 0) {
        out.add(cp, trusted);
      } else {
        for (int k = 0; k < map.length(index); k++) {
          out.add(map.point(index, k), trusted);
        }
      }
    }
    return out;
  }

  /// Sorts each run of combining marks by rank, equal ranks in their order.
  private static void reorder(CodePoints text) {
    int length = text.length();
    for (int i = 0; i < length; i++) {
      if (Unicode.combiningRank(text.get(i)) == 0) {
        continue;
      }
      int start = i;
      boolean sorted = true;
      while (i + 1 < length && Unicode.combiningRank(text.get(i + 1)) != 0) {
        i++;
        sorted &= Unicode.combiningRank(text.get(i - 1)) <= Unicode.combiningRank(text.get(i));
      }
      if (!sorted) {
        sortMarks(text, start, i + 1);
      }
    }
  }

  private static void sortMarks(CodePoints text, int from, int to) {
    long[] keys = new long[to - from];
    for (int i = from; i < to; i++) {
      keys[i - from] = (long) Unicode.combiningRank(text.get(i)) << 32 | i;
    }
    Arrays.sort(keys);
    CodePoints marks = text.slice(from, to);
    for (int i = 0; i < keys.length; i++) {
      int source = (int) keys[i] - from;
      text.set(from + i, marks.get(source), marks.trusted(source));
    }
  }

  private static void compose(CodePoints text) {
    int length = text.length();
    int end = 0;
    int starter = -1;
    int lastRank = -1;
    for (int i = 0; i < length; i++) {
      int cp = text.get(i);
      boolean trusted = text.trusted(i);
      int rank = Unicode.combiningRank(cp);
      if (starter >= 0 && (lastRank < rank || (end == starter + 1))) {
        int pair = composePair(text.get(starter), cp);
        if (pair >= 0) {
          text.set(starter, pair, trusted && text.trusted(starter));
          continue;
        }
      }
      if (rank == 0) {
        starter = end;
        lastRank = -1;
      } else {
        lastRank = rank;
      }
      text.set(end++, cp, trusted);
    }
    text.truncate(end);
  }

  private static int composePair(int first, int second) {
    int l = first - L_BASE;
    int v = second - V_BASE;
    if (l >= 0 && l < L_COUNT && v >= 0 && v < V_COUNT) {
      return S_BASE + (l * V_COUNT + v) * T_COUNT;
    }
    int s = first - S_BASE;
    int t = second - T_BASE;
    if (s >= 0 && s < S_COUNT && s % T_COUNT == 0 && t > 0 && t < T_COUNT) {
      return first + t;
    }
    return Unicode.compose(first, second);
  }
}
