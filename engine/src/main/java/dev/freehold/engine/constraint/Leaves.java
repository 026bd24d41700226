package dev.freehold.engine.constraint;

import dev.freehold.text.unicode.IntList;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Leaves made of texts and of other leaves.
final class Leaves {
  private Leaves() {}

  /// Exactly these texts; empty where the vocabulary can spell none of them.
  static Optional<Dfa> anyOf(List<byte[]> texts, ByteScope scope) {
    char[] classOf = new char[256];
    Arrays.fill(classOf, (char) 0xffff);
    int classCount = 0;
    for (byte[] text : texts) {
      for (byte b : text) {
        if (classOf[b & 0xff] == 0xffff) {
          classOf[b & 0xff] = (char) classCount++;
        }
      }
    }
    for (int symbol = 0; symbol < 256; symbol++) {
      if (classOf[symbol] == 0xffff) {
        classOf[symbol] = (char) classCount;
      }
    }
    classCount++;
    Table table = new Table(classCount, scope.meter());
    BitSet accepting = new BitSet();
    for (byte[] text : texts) {
      int at = 0;
      for (byte b : text) {
        at = table.child(at, classOf[b & 0xff]);
      }
      accepting.set(at);
    }
    return Dfa.trimmed(classOf, classCount, table.toArray(), accepting, scope.allowed());
  }

  static Optional<Dfa> text(byte[] text, ByteScope scope) {
    return anyOf(List.of(text), scope);
  }

  /// A table that grows state by state.
  private static final class Table {
    private final int width;
    private final Meter meter;
    private final IntList cells = new IntList(256);

    Table(int width, Meter meter) {
      this.width = width;
      this.meter = meter;
      addState();
    }

    private int addState() {
      meter.cells(width);
      for (int i = 0; i < width; i++) {
        cells.add(-1);
      }
      return cells.size() / width - 1;
    }

    int child(int state, int symbolClass) {
      int index = state * width + symbolClass;
      if (cells.get(index) < 0) {
        int child = addState();
        cells.set(index, child);
      }
      return cells.get(index);
    }

    int[] toArray() {
      return cells.toArray();
    }
  }

  /// The texts that both accept.
  static Optional<Dfa> both(Leaf a, Leaf b, ByteScope scope) {
    return new Product(a, b, true, scope).run();
  }

  /// The texts that the first accepts and the second does not.
  static Optional<Dfa> without(Leaf a, Leaf b, ByteScope scope) {
    return new Product(a, b, false, scope).run();
  }

  /// Two leaves side by side.
  private static final class Product {
    private final Leaf a;
    private final Leaf b;
    private final boolean wantsBoth;
    private final ByteScope scope;
    private final Map<Long, Integer> numbers = new HashMap<>();
    private final List<Long> pairs = new ArrayList<>();

    Product(Leaf a, Leaf b, boolean wantsBoth, ByteScope scope) {
      this.a = a;
      this.b = b;
      this.wantsBoth = wantsBoth;
      this.scope = scope;
    }

    Optional<Dfa> run() {
      char[] classOf = new char[256];
      Map<Integer, Integer> classes = new HashMap<>();
      IntList symbols = new IntList();
      for (int symbol = 0; symbol < 256; symbol++) {
        int key = a.classOf(symbol) * (b.classCount() + 1) + b.classOf(symbol);
        Integer known = classes.get(key);
        if (known == null) {
          known = classes.size();
          classes.put(key, known);
          symbols.add(symbol);
        }
        classOf[symbol] = (char) known.intValue();
      }
      number(0, 0);
      IntList table = new IntList(256);
      BitSet accepting = new BitSet();
      for (int i = 0; i < pairs.size(); i++) {
        scope.meter().cells(symbols.size() + 2L);
        int stateA = (int) (pairs.get(i) >> 32);
        int stateB = pairs.get(i).intValue();
        boolean acceptsB = stateB >= 0 && b.accepts(stateB);
        accepting.set(i, a.accepts(stateA) && acceptsB == wantsBoth);
        for (int c = 0; c < symbols.size(); c++) {
          table.add(next(stateA, stateB, symbols.get(c)));
        }
      }
      return Dfa.trimmed(classOf, symbols.size(), table.toArray(), accepting, scope.allowed());
    }

    private int next(int stateA, int stateB, int symbol) {
      int nextA = a.step(stateA, symbol);
      int nextB = stateB < 0 ? -1 : b.step(stateB, symbol);
      return nextA < 0 || (nextB < 0 && wantsBoth) ? -1 : number(nextA, nextB);
    }

    private int number(int stateA, int stateB) {
      long pair = ((long) stateA << 32) | (stateB & 0xffff_ffffL);
      Integer known = numbers.get(pair);
      if (known != null) {
        return known;
      }
      numbers.put(pair, pairs.size());
      pairs.add(pair);
      return pairs.size() - 1;
    }
  }

  /// A leaf's texts between quotation marks; the texts must be JSON spellings.
  static Optional<Dfa> quoted(Dfa content, ByteScope scope) {
    int width = content.classCount() + 1;
    int states = content.stateCount();
    int quote = width - 1;
    char[] classOf = new char[256];
    for (int symbol = 0; symbol < 256; symbol++) {
      classOf[symbol] = (char) (symbol == '"' ? quote : content.classOf(symbol));
    }
    scope.meter().cells((states + 2L) * width);
    int[] representatives = new int[width];
    Arrays.fill(representatives, -1);
    for (int symbol = 0; symbol < 256; symbol++) {
      representatives[classOf[symbol]] = symbol;
    }
    int[] table = new int[(states + 2) * width];
    Arrays.fill(table, -1);
    table[quote] = 1;
    for (int state = 0; state < states; state++) {
      for (int c = 0; c < width; c++) {
        int next = representatives[c] < 0 ? -1 : content.step(state, representatives[c]);
        table[(state + 1) * width + c] = next < 0 ? -1 : next + 1;
      }
      if (content.accepts(state)) {
        table[(state + 1) * width + quote] = states + 1;
      }
    }
    BitSet accepting = new BitSet();
    accepting.set(states + 1);
    return Dfa.trimmed(classOf, width, table, accepting, scope.allowed());
  }
}
