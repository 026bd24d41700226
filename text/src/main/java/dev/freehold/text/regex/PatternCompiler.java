package dev.freehold.text.regex;

import dev.freehold.text.TextException;
import dev.freehold.text.regex.Node.Mode;
import dev.freehold.text.regex.Program.Instruction;
import java.util.ArrayList;
import java.util.List;

/// Turns a parsed pattern into instructions; repeats of larger parts are written out.
///
/// Failures: a [TextException] for a pattern that takes more than [#MAX_CODE] instructions.
final class PatternCompiler {
  static final int MAX_CODE = 20_000;

  private final String pattern;
  private final List<Instruction> code = new ArrayList<>();
  private final List<Program.Look> looks = new ArrayList<>();
  // parts to be written after the code that refers to them: their node and where to patch
  private int loops;
  private int splits;
  // inside a look-ahead every repeat is written with splits
  private boolean plain;

  private PatternCompiler(String pattern) {
    this.pattern = pattern;
  }

  static Program compile(String pattern) {
    return new PatternCompiler(pattern).program(PatternParser.parse(pattern));
  }

  private Program program(Node root) {
    List<Node> alternatives = root instanceof Node.Choice choice ? choice.parts() : List.of(root);
    List<Program.Entry> entries = new ArrayList<>();
    for (Node alternative : alternatives) {
      int start = code.size();
      write(alternative);
      code.add(new Program.Match());
      entries.add(
          new Program.Entry(start, FirstSet.of(alternative), FirstSet.mayBeEmpty(alternative)));
    }
    return new Program(List.copyOf(code), entries, List.copyOf(looks), loops, splits);
  }

  private void add(Instruction instruction) {
    if (code.size() >= MAX_CODE) {
      throw new TextException(
          "pattern %s: takes more than %d steps when its repeats are written out"
              .formatted(
                  pattern.length() > 200 ? pattern.substring(0, 200) + "…" : pattern, MAX_CODE));
    }
    code.add(instruction);
  }

  private void write(Node node) {
    switch (node) {
      case Node.One one -> add(new Program.One(one.set()));
      case Node.Sequence sequence -> sequence.parts().forEach(this::write);
      case Node.Choice choice -> choice(choice.parts());
      case Node.Repeat repeat -> repeat(repeat);
      case Node.LookAhead look -> look(look);
      case Node.LookBehind look -> add(new Program.Behind(look.set(), look.negative()));
      case Node.At at -> add(new Program.At(at.anchor()));
      case Node.Atomic atomic -> atomic(atomic.part());
    }
  }

  private void choice(List<Node> parts) {
    List<Integer> jumps = new ArrayList<>();
    for (int i = 0; i < parts.size(); i++) {
      boolean last = i == parts.size() - 1;
      int split = code.size();
      if (!last) {
        add(new Program.Jump(0));
      }
      write(parts.get(i));
      if (!last) {
        jumps.add(code.size());
        add(new Program.Jump(0));
        code.set(split, new Program.Split(splits++, split + 1, code.size()));
      }
    }
    for (int jump : jumps) {
      code.set(jump, new Program.Jump(code.size()));
    }
  }

  private void repeat(Node.Repeat repeat) {
    boolean simple = repeat.part() instanceof Node.One;
    if (simple && !plain && repeat.mode() != Mode.LAZY) {
      CharSet set = ((Node.One) repeat.part()).set();
      boolean possessive = repeat.mode() == Mode.POSSESSIVE;
      add(new Program.Loop(loops++, set, repeat.min(), repeat.max(), possessive));
      return;
    }
    if (repeat.mode() == Mode.POSSESSIVE) {
      atomic(new Node.Repeat(repeat.part(), repeat.min(), repeat.max(), Mode.GREEDY));
      return;
    }
    for (int i = 0; i < repeat.min(); i++) {
      write(repeat.part());
    }
    if (repeat.max() == Node.UNLIMITED) {
      int split = code.size();
      add(new Program.Jump(0));
      write(repeat.part());
      add(new Program.Jump(split));
      code.set(split, split(repeat.mode(), split + 1, code.size()));
      return;
    }
    List<Integer> optional = new ArrayList<>();
    for (int i = repeat.min(); i < repeat.max(); i++) {
      optional.add(code.size());
      add(new Program.Jump(0));
      write(repeat.part());
    }
    for (int split : optional) {
      code.set(split, split(repeat.mode(), split + 1, code.size()));
    }
  }

  private Instruction split(Mode mode, int into, int past) {
    return mode == Mode.LAZY
        ? new Program.Split(splits++, past, into)
        : new Program.Split(splits++, into, past);
  }

  private void look(Node.LookAhead look) {
    if (look.part() instanceof Node.One one) {
      add(new Program.Ahead(one.set(), look.negative()));
      return;
    }
    boolean outer = plain;
    plain = true;
    int jump = code.size();
    add(new Program.Jump(0));
    int start = code.size();
    write(look.part());
    add(new Program.Match());
    plain = outer;
    code.set(jump, new Program.Jump(code.size()));
    looks.add(new Program.Look(start, code.size()));
    add(new Program.LookAhead(looks.size() - 1, look.negative()));
  }

  private void atomic(Node part) {
    if (plain) {
      throw new TextException(
          "pattern %s: an atomic or possessive part inside a look-ahead is not supported"
              .formatted(pattern));
    }
    int jump = code.size();
    add(new Program.Jump(0));
    int start = code.size();
    write(part);
    add(new Program.Match());
    code.set(jump, new Program.Jump(code.size()));
    add(new Program.Atomic(start));
  }
}
