package dev.freehold.engine.constraint;

import java.util.Arrays;
import java.util.BitSet;
import java.util.Optional;

/// A leaf as a table of states by classes of bytes.
final class Dfa implements Leaf {
  private final char[] classOf;
  private final int classCount;
  private final int[] table;
  private final BitSet accepting;
  private final BitSet goingOn;

  private Dfa(char[] classOf, int classCount, int[] table, BitSet accepting) {
    this.classOf = classOf;
    this.classCount = classCount;
    this.table = table;
    this.accepting = accepting;
    this.goingOn = new BitSet();
    for (int i = 0; i < table.length; i++) {
      if (table[i] >= 0) {
        goingOn.set(i / classCount);
      }
    }
  }

  @Override
  public int step(int state, int symbol) {
    return table[state * classCount + classOf[symbol]];
  }

  @Override
  public boolean accepts(int state) {
    return accepting.get(state);
  }

  @Override
  public boolean goesOn(int state) {
    return goingOn.get(state);
  }

  @Override
  public int classOf(int symbol) {
    return classOf[symbol];
  }

  @Override
  public int classCount() {
    return classCount;
  }

  int stateCount() {
    return table.length / classCount;
  }

  /// Whether the bytes are one of the accepted texts.
  boolean matches(byte[] bytes) {
    int state = 0;
    for (byte b : bytes) {
      state = step(state, b & 0xff);
      if (state < 0) {
        return false;
      }
    }
    return accepts(state);
  }

  /// The automaton of a table without what cannot reach acceptance; empty where nothing is
  /// accepted.
  ///
  /// @param table by state and class, with -1 where no way leads on; state 0 is the first
  /// @param allowed the bytes that texts may hold
  static Optional<Dfa> trimmed(
      char[] classOf, int classCount, int[] table, BitSet accepting, ByteSet allowed) {
    int width = classCount + 1;
    int states = table.length / classCount;
    char[] classes = classOf.clone();
    boolean[] used = new boolean[classCount];
    for (int symbol = 0; symbol < 256; symbol++) {
      if (allowed.contains(symbol)) {
        used[classes[symbol]] = true;
      } else {
        classes[symbol] = (char) classCount;
      }
    }
    int[] out = new int[states * width];
    for (int state = 0; state < states; state++) {
      for (int c = 0; c < classCount; c++) {
        out[state * width + c] = used[c] ? table[state * classCount + c] : -1;
      }
      out[state * width + classCount] = -1;
    }
    BitSet alive = alive(out, width, accepting);
    if (!alive.get(0)) {
      return Optional.empty();
    }
    return Optional.of(renumbered(classes, out, width, accepting, alive));
  }

  private static Dfa renumbered(
      char[] classes, int[] table, int width, BitSet accepting, BitSet alive) {
    int states = table.length / width;
    int[] order = new int[states];
    int[] number = new int[states];
    Arrays.fill(number, -1);
    int count = 1;
    number[0] = 0;
    for (int i = 0; i < count; i++) {
      for (int c = 0; c < width; c++) {
        int next = table[order[i] * width + c];
        if (next >= 0 && alive.get(next) && number[next] < 0) {
          number[next] = count;
          order[count++] = next;
        }
      }
    }
    int[] kept = new int[count * width];
    BitSet ends = new BitSet();
    for (int i = 0; i < count; i++) {
      for (int c = 0; c < width; c++) {
        int next = table[order[i] * width + c];
        kept[i * width + c] = next >= 0 ? number[next] : -1;
      }
      ends.set(i, accepting.get(order[i]));
    }
    return new Dfa(classes, width, kept, ends);
  }

  /// The states from which acceptance can be reached.
  private static BitSet alive(int[] table, int width, BitSet accepting) {
    int states = table.length / width;
    int[] start = new int[states + 1];
    for (int next : table) {
      if (next >= 0) {
        start[next + 1]++;
      }
    }
    for (int i = 0; i < states; i++) {
      start[i + 1] += start[i];
    }
    int[] sources = new int[start[states]];
    int[] fill = start.clone();
    for (int i = 0; i < table.length; i++) {
      if (table[i] >= 0) {
        sources[fill[table[i]]++] = i / width;
      }
    }
    BitSet alive = (BitSet) accepting.clone();
    int[] queue = new int[states];
    int count = 0;
    for (int s = accepting.nextSetBit(0); s >= 0; s = accepting.nextSetBit(s + 1)) {
      queue[count++] = s;
    }
    for (int i = 0; i < count; i++) {
      for (int j = start[queue[i]]; j < start[queue[i] + 1]; j++) {
        if (!alive.get(sources[j])) {
          alive.set(sources[j]);
          queue[count++] = sources[j];
        }
      }
    }
    return alive;
  }
}
