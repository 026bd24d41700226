package dev.freehold.engine.constraint;

import java.util.Optional;

/// A JSON string, quotation marks included, of a bounded number of characters, each in any valid
/// spelling: raw, escaped, or as a `\\u` escape; escapes of surrogates only in pairs.
final class CountedText implements Leaf {
  static final int UNLIMITED = Integer.MAX_VALUE;

  /// Longer texts are not asked for.
  static final int MOST = 1 << 20;

  private static final int OPEN = 0;
  private static final int DONE = 1;
  private static final int FIRST = 2;

  private final Dfa character;
  private final int min;
  private final int max;
  private final int cap;
  private final int width;

  /// @param character one character as strings spell it
  private CountedText(Dfa character, int min, int max) {
    this.character = character;
    this.min = min;
    this.max = max;
    this.cap = max == UNLIMITED ? min : max;
    this.width = character.stateCount();
  }

  /// @param max characters, or [#UNLIMITED]
  static CountedText of(Dfa character, int min, int max) {
    return new CountedText(character, min, max);
  }

  /// One character of a string in any spelling.
  static Optional<Dfa> character(ByteScope scope) {
    ByteNfa nfa = new ByteNfa(scope.meter());
    int start = nfa.state();
    int end = nfa.state();
    CodePointSet raw =
        CodePointSet.ALL.minus(CodePointSet.range(0, 0x1F)).minus(CodePointSet.of("\"\\"));
    Spelling.PLAIN.add(nfa, start, raw, end);
    int escaped = nfa.state();
    nfa.bytes(start, '\\', '\\', escaped);
    Spelling.PLAIN.add(nfa, escaped, CodePointSet.of("\"\\/bfnrt"), end);
    int unicode = nfa.state();
    nfa.bytes(escaped, 'u', 'u', unicode);
    int second = nfa.state();
    Spelling.PLAIN.add(nfa, unicode, CodePointSet.of("0123456789abcefABCEF"), second);
    int third = hex(nfa, second);
    addLastHex(nfa, hex(nfa, third), end);
    int afterD = nfa.state();
    Spelling.PLAIN.add(nfa, unicode, CodePointSet.of("dD"), afterD);
    int thirdAfterD = nfa.state();
    Spelling.PLAIN.add(nfa, afterD, CodePointSet.of("01234567"), thirdAfterD);
    addLastHex(nfa, hex(nfa, thirdAfterD), end);
    int high = nfa.state();
    Spelling.PLAIN.add(nfa, afterD, CodePointSet.of("89abAB"), high);
    int low = nfa.state();
    nfa.bytes(hex(nfa, hex(nfa, high)), '\\', '\\', low);
    int lowUnicode = nfa.state();
    nfa.bytes(low, 'u', 'u', lowUnicode);
    int lowD = nfa.state();
    Spelling.PLAIN.add(nfa, lowUnicode, CodePointSet.of("dD"), lowD);
    int lowThird = nfa.state();
    Spelling.PLAIN.add(nfa, lowD, CodePointSet.of("cdefCDEF"), lowThird);
    addLastHex(nfa, hex(nfa, lowThird), end);
    return nfa.determinized(start, end, scope.allowed());
  }

  private static int hex(ByteNfa nfa, int from) {
    int to = nfa.state();
    addLastHex(nfa, from, to);
    return to;
  }

  private static void addLastHex(ByteNfa nfa, int from, int to) {
    nfa.bytes(from, '0', '9', to);
    nfa.bytes(from, 'a', 'f', to);
    nfa.bytes(from, 'A', 'F', to);
  }

  private int count(int state) {
    return (state - FIRST) / width;
  }

  @Override
  public int step(int state, int symbol) {
    if (state == OPEN) {
      return symbol == '"' ? FIRST : -1;
    }
    if (state == DONE) {
      return -1;
    }
    int inside = (state - FIRST) % width;
    int count = count(state);
    if (inside == 0) {
      if (symbol == '"') {
        return count >= min ? DONE : -1;
      }
      if (count >= max) {
        return -1;
      }
    }
    int next = character.step(inside, symbol);
    if (next < 0) {
      return -1;
    }
    return character.accepts(next)
        ? FIRST + Math.min(count + 1, cap) * width
        : FIRST + count * width + next;
  }

  @Override
  public boolean accepts(int state) {
    return state == DONE;
  }

  @Override
  public boolean goesOn(int state) {
    return state != DONE;
  }

  /// A string that has as much left as this one, as far as so many bytes can tell; what follows a
  /// state is then the same from [#inside] of it on.
  CountedText ahead(int state, int reach, JsonLeaves leaves) {
    int count = count(state);
    int least = Math.clamp(min - count, 0, reach);
    int most = max == UNLIMITED || max - count > reach ? UNLIMITED : max - count;
    return leaves.counted(least, most);
  }

  boolean isInside(int state) {
    return state >= FIRST;
  }

  /// The state without what has been counted.
  int inside(int state) {
    return FIRST + (state - FIRST) % width;
  }

  /// Whether no text of so many bytes meets a bound.
  boolean isFree(int state, int reach) {
    int count = count(state);
    return count >= min && (max == UNLIMITED || max - count > reach);
  }

  /// Quotation marks, or a class of the characters.
  @Override
  public int classOf(int symbol) {
    return symbol == '"' ? character.classCount() : character.classOf(symbol);
  }

  @Override
  public int classCount() {
    return character.classCount() + 1;
  }
}
