package dev.freehold.engine.constraint;

import dev.freehold.text.unicode.IntList;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A nondeterministic automaton over bytes, and its determinisation.
///
/// Some moves take no byte: free ones, ones that are open only before the first byte (`^`), and
/// ones after which no byte may follow (`$`).
final class ByteNfa {
  private static final int FREE = -1;
  private static final int BEGIN = -2;
  private static final int END = -3;

  // per state, triples: first byte or kind of move, last byte, target
  private final List<IntList> moves = new ArrayList<>();
  private final Meter meter;

  ByteNfa(Meter meter) {
    this.meter = meter;
  }

  int state() {
    meter.fragments(moves.size() + 1L);
    moves.add(new IntList(6));
    return moves.size() - 1;
  }

  private void move(int from, int low, int high, int to) {
    IntList list = moves.get(from);
    list.add(low);
    list.add(high);
    list.add(to);
    meter.work(1);
  }

  void bytes(int from, int low, int high, int to) {
    move(from, low, high, to);
  }

  void free(int from, int to) {
    move(from, FREE, FREE, to);
  }

  void begin(int from, int to) {
    move(from, BEGIN, BEGIN, to);
  }

  void end(int from, int to) {
    move(from, END, END, to);
  }

  /// The states of one text with all moves: sorted numbers, each a state times two, plus one where
  /// no byte may follow.
  private record Subset(int[] members) {
    @Override
    public boolean equals(Object other) {
      return other instanceof Subset subset && Arrays.equals(members, subset.members);
    }

    @Override
    public int hashCode() {
      return Arrays.hashCode(members);
    }
  }

  /// The texts that lead from state `start` to state `last`; empty where there are none.
  Optional<Dfa> determinized(int start, int last, ByteSet allowed) {
    return new Determinizer(last).run(start, allowed);
  }

  /// One determinisation.
  private final class Determinizer {
    private final int last;
    private final char[] classOf = new char[256];
    private int classCount;
    private final int[] marks = new int[moves.size() * 2];
    private int mark;
    private final Map<Subset, Integer> numbers = new HashMap<>();
    private final List<Subset> subsets = new ArrayList<>();
    private final IntList table = new IntList(1024);
    private final BitSet accepting = new BitSet();

    Determinizer(int last) {
      this.last = last;
    }

    Optional<Dfa> run(int start, ByteSet allowed) {
      classify();
      IntList first = new IntList();
      mark++;
      reach(start * 2, true, first);
      number(first);
      IntList[] targets = new IntList[classCount];
      for (int c = 0; c < classCount; c++) {
        targets[c] = new IntList();
      }
      for (int i = 0; i < subsets.size(); i++) {
        meter.cells(classCount);
        collect(subsets.get(i), targets);
        for (int c = 0; c < classCount; c++) {
          table.add(targets[c].isEmpty() ? -1 : next(targets[c]));
          targets[c].clear();
        }
      }
      return Dfa.trimmed(classOf, classCount, table.toArray(), accepting, allowed);
    }

    private void classify() {
      BitSet cuts = new BitSet(257);
      for (IntList list : moves) {
        for (int i = 0; i < list.size(); i += 3) {
          if (list.get(i) >= 0) {
            cuts.set(list.get(i));
            cuts.set(list.get(i + 1) + 1);
          }
        }
      }
      cuts.clear(0);
      for (int symbol = 0; symbol < 256; symbol++) {
        classCount += cuts.get(symbol) ? 1 : 0;
        classOf[symbol] = (char) classCount;
      }
      classCount++;
    }

    private void collect(Subset subset, IntList[] targets) {
      for (int member : subset.members) {
        if ((member & 1) != 0) {
          continue;
        }
        IntList list = moves.get(member >> 1);
        for (int i = 0; i < list.size(); i += 3) {
          if (list.get(i) >= 0) {
            int high = classOf[list.get(i + 1)];
            for (int c = classOf[list.get(i)]; c <= high; c++) {
              targets[c].add(list.get(i + 2));
              meter.work(1);
            }
          }
        }
      }
    }

    private int next(IntList targets) {
      IntList reached = new IntList();
      mark++;
      for (int i = 0; i < targets.size(); i++) {
        reach(targets.get(i) * 2, false, reached);
      }
      return number(reached);
    }

    /// Adds what a member reaches without a byte; only members that matter later are kept.
    private void reach(int from, boolean atBegin, IntList out) {
      if (marks[from] == mark) {
        return;
      }
      IntList stack = new IntList();
      marks[from] = mark;
      stack.add(from);
      while (!stack.isEmpty()) {
        int member = stack.removeLast();
        boolean ended = (member & 1) != 0;
        IntList list = moves.get(member >> 1);
        boolean matters = member >> 1 == last;
        for (int i = 0; i < list.size(); i += 3) {
          int kind = list.get(i);
          meter.work(1);
          if (kind >= 0) {
            matters |= !ended;
          } else if (kind != BEGIN || atBegin) {
            int target = list.get(i + 2) * 2 + (ended || kind == END ? 1 : 0);
            if (marks[target] != mark) {
              marks[target] = mark;
              stack.add(target);
            }
          }
        }
        if (matters) {
          out.add(member);
        }
      }
    }

    private int number(IntList reached) {
      int[] members = reached.toArray();
      Arrays.sort(members);
      Subset subset = new Subset(members);
      Integer known = numbers.get(subset);
      if (known != null) {
        return known;
      }
      meter.cells(members.length / 2 + 1);
      int number = subsets.size();
      numbers.put(subset, number);
      subsets.add(subset);
      for (int member : members) {
        if (member >> 1 == last) {
          accepting.set(number);
        }
      }
      return number;
    }
  }
}
