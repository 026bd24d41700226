package dev.freehold.text.regex;

import dev.freehold.text.TextException;
import dev.freehold.text.regex.Program.Instruction;
import dev.freehold.text.unicode.Unicode;
import java.util.Arrays;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/// Finds the matches of one pattern in a region of a text, one after another.
///
/// The region counts as the whole text for anchors and conditions.
///
/// How time stays linear: (a) a loop over one set remembers the run it last measured, and which
/// ends of that run have been tried; (b) once a search takes long, every split is tried at most
/// once per position, because without back-references what failed there fails again; (c)
/// look-aheads longer than one character are tables; (d) a budget of steps.
public final class Matcher {
  private static final long STEPS_PER_CHARACTER = 200;
  private static final long FREE_STEPS = 1_000_000;
  private static final long FREE_OF_MEMO = 20_000;
  private static final long STEPS_BEFORE_MEMO = 64;
  private static final long MAX_MEMO_BITS = 1L << 32;

  private final String pattern;
  private final Instruction[] code;
  private final Program.Entry[] entries;
  private final long[] entriesByAscii = new long[128];
  private final Program program;

  // per loop: the run last measured, and the ends of it that were tried, [triedLow, triedEnd]
  private final int[] runStart;
  private final int[] runEnd;
  private final int[] triedLow;
  private final int[] triedEnd;

  private int[] text = new int[0];
  private int from;
  private int to;
  private int at;
  private int start;
  private int end;
  private int lastEnd;
  private long steps;
  private long budget;
  private long memoAt;
  private @Nullable BitSet[] tables;
  private long[] memo = new long[0];

  // alternatives still open: instruction, position, lowest position (or -1)
  private int[] stack = new int[48];
  private int top;

  Matcher(String pattern, Program program) {
    this.pattern = pattern;
    this.program = program;
    code = program.code().toArray(new Instruction[0]);
    entries = program.entries().toArray(new Program.Entry[0]);
    runStart = new int[program.loops()];
    runEnd = new int[program.loops()];
    triedLow = new int[program.loops()];
    triedEnd = new int[program.loops()];
    tables = new BitSet[program.lookAheads().size()];
    for (int c = 0; c < 128; c++) {
      for (int i = 0; i < Math.min(64, entries.length); i++) {
        if (entries[i].always() || entries[i].first().contains(c)) {
          entriesByAscii[c] |= 1L << i;
        }
      }
    }
  }

  /// Starts over on the region `[from, to)` of a text.
  public Matcher reset(int[] newText, int newFrom, int newTo) {
    text = newText;
    from = newFrom;
    to = newTo;
    at = newFrom;
    start = -1;
    end = newFrom;
    steps = 0;
    budget = FREE_STEPS + STEPS_PER_CHARACTER * (newTo - newFrom);
    lastEnd = newFrom;
    memo = new long[0];
    if (tables.length > 0) {
      tables = new BitSet[tables.length];
    }
    Arrays.fill(runStart, -1);
    Arrays.fill(runEnd, -1);
    Arrays.fill(triedEnd, -1);
    return this;
  }

  public int start() {
    return start;
  }

  public int end() {
    return end;
  }

  /// Finds the next match, which does not overlap the last one.
  public boolean find() {
    for (int position = at; position <= to; position++) {
      memoAt = FREE_OF_MEMO + STEPS_BEFORE_MEMO * (position - from);
      if (matchAt(position)) {
        start = position;
        lastEnd = end;
        at = end > start ? end : start + 1;
        forgetAt(end);
        return true;
      }
    }
    at = to + 1;
    return false;
  }

  private boolean matchAt(int position) {
    int c = position < to ? text[position] : -1;
    if (c >= 0 && c < 128 && entries.length <= 64) {
      for (long open = entriesByAscii[c]; open != 0; open &= open - 1) {
        if (run(entries[Long.numberOfTrailingZeros(open)].start(), position, 0, true)) {
          return true;
        }
      }
      charge(1);
      return false;
    }
    for (Program.Entry entry : entries) {
      boolean possible = entry.always() || (c >= 0 && entry.first().contains(c));
      if (possible && run(entry.start(), position, 0, true)) {
        return true;
      }
    }
    charge(1);
    return false;
  }

  /// Counts work; too much of it is an error.
  void charge(long work) {
    steps += work;
    if (steps > budget) {
      String shown = pattern.length() > 200 ? pattern.substring(0, 200) + "…" : pattern;
      throw new TextException(
          "pattern %s: gave up after %d steps on a text of %d characters; the pattern takes more"
                  .formatted(shown, steps, to - from)
              + " than linear time");
    }
  }

  int codePoint(int position) {
    return text[position];
  }

  /// Runs from an instruction; on success [#end] is where the match ends.
  private boolean run(int entry, int position, int base, boolean remember) {
    top = base;
    int pc = entry;
    int pos = position;
    while (true) {
      charge(1);
      switch (code[pc]) {
        case Program.One one -> {
          if (pos < to && one.set().contains(text[pos])) {
            pos++;
            pc++;
            continue;
          }
        }
        case Program.Loop loop -> {
          pos = loop(loop, pc + 1, pos, remember);
          if (pos >= 0) {
            pc++;
            continue;
          }
        }
        case Program.Split split -> {
          if (!remember || firstVisit(split.index(), pos)) {
            push(split.second(), pos, -1);
            pc = split.first();
            continue;
          }
        }
        case Program.Jump jump -> {
          pc = jump.to();
          continue;
        }
        case Program.Match match -> {
          end = pos;
          top = base;
          return true;
        }
        case Program.Atomic atomic -> {
          if (run(atomic.start(), pos, top, false)) {
            pos = end;
            pc++;
            continue;
          }
        }
        case Instruction condition -> {
          if (holds(condition, pos)) {
            pc++;
            continue;
          }
        }
      }
      if (top == base) {
        return false;
      }
      pc = stack[top - 3];
      pos = stack[top - 2];
      if (pos > stack[top - 1] && stack[top - 1] >= 0) {
        stack[top - 2] = pos - 1;
      } else {
        top -= 3;
      }
      if (pc > 0 && remember && code[pc - 1] instanceof Program.Loop loop) {
        tried(loop.index(), pos);
      }
    }
  }

  private void push(int pc, int pos, int lowest) {
    if (top + 3 > stack.length) {
      stack = Arrays.copyOf(stack, stack.length * 2);
    }
    stack[top] = pc;
    stack[top + 1] = pos;
    stack[top + 2] = lowest;
    top += 3;
  }

  /// The first end to go on from, or -1; further ends are left on the stack.
  private int loop(Program.Loop loop, int next, int pos, boolean remember) {
    int limit = (int) Math.min(to, (long) pos + loop.max());
    int last = loop.max() == Node.UNLIMITED ? runEnd(loop, pos) : measure(loop, pos, limit);
    int lowest = pos + loop.min();
    if (last < lowest) {
      return -1;
    }
    if (loop.possessive()) {
      return last;
    }
    int index = loop.index();
    if (remember && loop.max() == Node.UNLIMITED) {
      if (triedEnd[index] == last) {
        last = Math.min(last, Math.max(triedLow[index], lastEnd + 1) - 1);
        if (last < lowest) {
          return -1;
        }
      } else {
        triedEnd[index] = last;
        triedLow[index] = last + 1;
      }
      tried(index, last);
    }
    if (last > lowest) {
      push(next, last - 1, lowest);
    }
    return last;
  }

  private void tried(int loop, int position) {
    if (position == triedLow[loop] - 1) {
      triedLow[loop] = position;
    }
  }

  private int runEnd(Program.Loop loop, int pos) {
    int index = loop.index();
    if (pos < runStart[index]) {
      int last = measure(loop, pos, runStart[index]);
      if (last < runStart[index]) {
        runEnd[index] = last;
      }
      runStart[index] = pos;
    } else if (pos >= runEnd[index]) {
      runStart[index] = pos;
      runEnd[index] = measure(loop, pos, to);
    }
    return runEnd[index];
  }

  private int measure(Program.Loop loop, int pos, int limit) {
    CharSet set = loop.set();
    int last = pos;
    while (last < limit && set.contains(text[last])) {
      last++;
    }
    charge((last - pos) >> 2);
    return last;
  }

  private boolean firstVisit(int split, int pos) {
    if (memo.length == 0) {
      if (steps < memoAt) {
        return true;
      }
      long bits = (long) (to - from + 1) * program.splits();
      if (bits > MAX_MEMO_BITS) {
        return true; // the budget of steps remains
      }
      memo = new long[(int) (bits + 63 >>> 6)];
    }
    long bit = (long) (pos - from) * program.splits() + split;
    long mask = 1L << bit;
    int word = (int) (bit >>> 6);
    boolean first = (memo[word] & mask) == 0;
    memo[word] |= mask;
    return first;
  }

  /// What was tried at the end of a match did not fail; all that lies before is done with.
  private void forgetAt(int position) {
    if (memo.length > 0) {
      long bit = (long) (position - from) * program.splits();
      for (int i = 0; i < program.splits(); i++, bit++) {
        memo[(int) (bit >>> 6)] &= ~(1L << bit);
      }
    }
  }

  private boolean isWord(int position) {
    return position >= from && position < to && Unicode.isWord(text[position]);
  }

  boolean holds(Instruction condition, int pos) {
    return switch (condition) {
      case Program.Ahead ahead -> (pos < to && ahead.set().contains(text[pos])) != ahead.negative();
      case Program.Behind behind ->
          (pos > from && behind.set().contains(text[pos - 1])) != behind.negative();
      case Program.At at -> holds(at.anchor(), pos);
      case Program.LookAhead look -> table(look.index()).get(pos - from) != look.negative();
      case Program.One one -> throw new AssertionError(condition);
      case Program.Loop loop -> throw new AssertionError(condition);
      case Program.Split split -> throw new AssertionError(condition);
      case Program.Jump jump -> throw new AssertionError(condition);
      case Program.Atomic atomic -> throw new AssertionError(condition);
      case Program.Match match -> throw new AssertionError(condition);
    };
  }

  boolean holds(Node.Anchor anchor, int pos) {
    return switch (anchor) {
      case TEXT_START -> pos == from;
      case TEXT_END -> pos == to;
      case TEXT_END_BEFORE_LINE_FEED -> pos == to || (pos == to - 1 && text[pos] == '\n');
      case LINE_START -> pos == from || (text[pos - 1] == '\n' && pos < to);
      case LINE_END -> pos == to || text[pos] == '\n';
      case WORD_EDGE -> isWord(pos - 1) != isWord(pos);
      case NO_WORD_EDGE -> isWord(pos - 1) == isWord(pos);
    };
  }

  private BitSet table(int index) {
    BitSet table = tables[index];
    if (table == null) {
      table =
          new LookTable(program.code(), program.lookAheads().get(index), this).compute(from, to);
      tables[index] = table;
    }
    return table;
  }
}
