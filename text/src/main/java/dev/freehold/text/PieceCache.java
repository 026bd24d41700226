package dev.freehold.text;

import dev.freehold.text.unicode.IntList;
import java.util.Arrays;

/// Keeps the ids of short pieces, which recur, while one text is encoded; bounded in size.
final class PieceCache implements Model.Run {
  private static final int MAX_LENGTH = 32;
  private static final int MAX_PIECES = 1 << 16;
  private static final int FIRST_CAPACITY = 1 << 10;

  private final Model.Run run;
  private final IntList keys = new IntList();
  private final IntList ids = new IntList();
  // per piece: start in keys, start in ids; the next piece's starts are the ends
  private final IntList keyStarts = new IntList();
  private final IntList idStarts = new IntList();
  private int[] table = new int[0];

  PieceCache(Model.Run run) {
    this.run = run;
    keyStarts.add(0);
    idStarts.add(0);
  }

  @Override
  public void encode(int[] points, int from, int to, IntList out) {
    if (to - from > MAX_LENGTH) {
      run.encode(points, from, to, out);
      return;
    }
    if (table.length == 0) {
      table = emptyTable(FIRST_CAPACITY);
    }
    int hash = hash(points, from, to);
    int slot = hash & table.length - 1;
    while (table[slot] >= 0) {
      int piece = table[slot];
      if (matches(piece, points, from, to)) {
        for (int i = idStarts.get(piece); i < idStarts.get(piece + 1); i++) {
          out.add(ids.get(i));
        }
        return;
      }
      slot = slot + 1 & table.length - 1;
    }
    int before = out.size();
    run.encode(points, from, to, out);
    if (keyStarts.size() <= MAX_PIECES) {
      table[slot] = keyStarts.size() - 1;
      keys.addAll(points, from, to);
      for (int i = before; i < out.size(); i++) {
        ids.add(out.get(i));
      }
      keyStarts.add(keys.size());
      idStarts.add(ids.size());
      if (keyStarts.size() * 2 > table.length) {
        grow();
      }
    }
  }

  private static int[] emptyTable(int capacity) {
    int[] table = new int[capacity];
    Arrays.fill(table, -1);
    return table;
  }

  private void grow() {
    int[] larger = emptyTable(table.length * 2);
    int[] all = keys.toArray();
    for (int piece = 0; piece + 1 < keyStarts.size(); piece++) {
      int slot = hash(all, keyStarts.get(piece), keyStarts.get(piece + 1)) & larger.length - 1;
      while (larger[slot] >= 0) {
        slot = slot + 1 & larger.length - 1;
      }
      larger[slot] = piece;
    }
    table = larger;
  }

  private static int hash(int[] points, int from, int to) {
    int hash = to - from;
    for (int i = from; i < to; i++) {
      hash = (hash ^ points[i]) * 0x9E3779B1;
      hash ^= hash >>> 15;
    }
    return hash;
  }

  private boolean matches(int piece, int[] points, int from, int to) {
    int start = keyStarts.get(piece);
    if (keyStarts.get(piece + 1) - start != to - from) {
      return false;
    }
    for (int i = from; i < to; i++) {
      if (keys.get(start + i - from) != points[i]) {
        return false;
      }
    }
    return true;
  }
}
