package dev.freehold.text.regex;

import dev.freehold.text.regex.Program.Instruction;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;

/// Where in a text a look-ahead matches, found for all positions at once from the end backwards.
///
/// Per position the set of instructions from which the look-ahead's end can be reached follows from
/// the set one position on; so the time is that of instructions times positions for any pattern.
final class LookTable {
  private final List<Instruction> code;
  private final Program.Look look;
  private final Matcher matcher;

  LookTable(List<Instruction> code, Program.Look look, Matcher matcher) {
    this.code = code;
    this.look = look;
    this.matcher = matcher;
  }

  /// The positions from the start of the region, as bits.
  BitSet compute(int from, int to) {
    int count = look.end() - look.start();
    boolean[] next = new boolean[count];
    boolean[] here = new boolean[count];
    BitSet matches = new BitSet(to - from + 1);
    for (int position = to; position >= from; position--) {
      matcher.charge(count);
      Arrays.fill(here, false);
      while (step(position, position < to, here, next)) {
        matcher.charge(count);
      }
      matches.set(position - from, here[0]);
      boolean[] swap = next;
      next = here;
      here = swap;
    }
    return matches;
  }

  /// One pass over the instructions; whether it changed anything.
  private boolean step(int position, boolean more, boolean[] here, boolean[] next) {
    boolean changed = false;
    for (int i = here.length - 1; i >= 0; i--) {
      if (!here[i] && reaches(i, position, more, here, next)) {
        here[i] = true;
        changed = true;
      }
    }
    return changed;
  }

  private boolean reaches(int i, int position, boolean more, boolean[] here, boolean[] next) {
    Instruction instruction = code.get(look.start() + i);
    return switch (instruction) {
      case Program.One one ->
          more && next[i + 1] && one.set().contains(matcher.codePoint(position));
      case Program.Split split ->
          here[split.first() - look.start()] || here[split.second() - look.start()];
      case Program.Jump jump -> here[jump.to() - look.start()];
      case Program.Match match -> true;
      case Program.Ahead ahead -> here[i + 1] && matcher.holds(ahead, position);
      case Program.Behind behind -> here[i + 1] && matcher.holds(behind, position);
      case Program.At at -> here[i + 1] && matcher.holds(at.anchor(), position);
      case Program.LookAhead inner -> here[i + 1] && matcher.holds(inner, position);
      case Program.Loop loop -> throw new AssertionError("loops are written out here");
      case Program.Atomic atomic -> throw new AssertionError("refused by the compiler");
    };
  }
}
