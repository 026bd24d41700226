package dev.freehold.kernel.x86;

import static dev.freehold.kernel.x86.Gp.*;
import static dev.freehold.kernel.x86.Mem.at;

/// The kernel that multiplies a chunk of rows with all tokens, stretch by stretch of its blocks: it
/// calls what unpacks each group of rows, then what multiplies them ([Int8Tile] or another that
/// takes the same arguments), by a [Part] for each.
///
/// Arguments, in this order: the number of the chunk, or -1 to go on with the last one; the
/// activations' integers; their scales; what they begin with; the outputs; the address of the plan,
/// [#PLAN_BYTES] long. The plan says, for each number of a part's [State], what it is at the first
/// stretch of chunk 0, how much more it is with each chunk and with each stretch, and how much more
/// again at the last stretch.
public final class Int8Chunk {
  /// What is called in each stretch, in this order.
  public enum Part {
    UNPACK,
    /// The second group; not called where its code is 0.
    UNPACK_SECOND,
    MULTIPLY,
    /// Tokens that are left by tiles of the largest size; not called where its code is 0.
    MULTIPLY_REST;

    /// Numbers of its state: the arguments of what unpacks, or the fields of [Int8Tile].
    public int numbers() {
      return this == UNPACK || this == UNPACK_SECOND ? 8 : Int8Tile.Field.values().length;
    }

    private boolean multiplies() {
      return this == MULTIPLY || this == MULTIPLY_REST;
    }
  }

  /// What a plan says of a number of a part's state.
  public enum State {
    FIRST,
    PER_CHUNK,
    PER_STRETCH,
    AT_LAST
  }

  /// The stretches of a chunk, those that one call does, and those that are left.
  public enum Counter {
    STRETCHES,
    PER_CALL,
    LEFT,
    LEFT_OF_CALL;

    public int bytes() {
      return 8 * ordinal();
    }
  }

  private static final int CODES = 8 * Counter.values().length;
  private static final int NUMBERS = 16;
  private static final int PART_BYTES = State.values().length * NUMBERS * 8;
  private static final int PARTS = CODES + 8 * Part.values().length;
  private static final int NOW = PARTS + PART_BYTES * Part.values().length;

  public static final int PLAN_BYTES = NOW + Int8Tile.FIELDS_BYTES * Part.values().length;

  private static final Gp LEFT = RBX;
  private static final Gp PLAN = RBP;
  private static final Gp[] SAVED = {RBX, RBP, R12, R13, R14, R15};
  private static final Gp[] ARGUMENTS = {RDI, RSI, RDX, RCX, R8, R9};

  private final Assembler a = new Assembler();

  private Int8Chunk() {}

  /// Where the address of the code of a part lies in a plan.
  public static int codeAt(Part part) {
    return CODES + 8 * part.ordinal();
  }

  /// Where the numbers of a part lie in a plan.
  public static int numbersAt(Part part, State state) {
    return PARTS + PART_BYTES * part.ordinal() + NUMBERS * 8 * state.ordinal();
  }

  private static Mem number(Part part, State state, int i) {
    return at(PLAN, numbersAt(part, state) + 8 * i);
  }

  private static int nowAt(Part part) {
    return NOW + Int8Tile.FIELDS_BYTES * part.ordinal();
  }

  private static Mem counter(Counter counter) {
    return at(PLAN, counter.bytes());
  }

  public static byte[] emit() {
    Int8Chunk chunk = new Int8Chunk();
    chunk.write();
    return chunk.a.toArray();
  }

  private void write() {
    for (Gp register : SAVED) {
      a.push(register);
    }
    a.mov(PLAN, R9);
    a.mov(R12, RSI);
    a.mov(R13, RDX);
    a.mov(R14, RCX);
    a.mov(R15, R8);
    Label goOn = new Label();
    a.cmp(RDI, 0);
    a.j(Condition.LESS, goOn);
    begin();
    a.bind(goOn);
    a.mov(LEFT, counter(Counter.LEFT));
    a.mov(RAX, counter(Counter.PER_CALL));
    a.mov(counter(Counter.LEFT_OF_CALL), RAX);
    stretches();
    a.mov(counter(Counter.LEFT), LEFT);
    for (int i = SAVED.length - 1; i >= 0; i--) {
      a.pop(SAVED[i]);
    }
    a.vzeroupper();
    a.ret();
  }

  private void begin() {
    a.mov(RAX, counter(Counter.STRETCHES));
    a.mov(counter(Counter.LEFT), RAX);
    for (Part part : Part.values()) {
      for (int i = 0; i < part.numbers(); i++) {
        a.mov(RAX, number(part, State.PER_CHUNK, i));
        a.imul(RAX, RDI);
        a.add(RAX, number(part, State.FIRST, i));
        a.mov(at(PLAN, nowAt(part) + 8 * i), RAX);
      }
    }
  }

  private void stretches() {
    Label stretch = new Label();
    Label notLast = new Label();
    Label end = new Label();
    a.bind(stretch);
    a.cmp(LEFT, 1);
    a.j(Condition.NOT_EQUAL, notLast);
    change(State.AT_LAST);
    a.bind(notLast);
    for (Part part : Part.values()) {
      Label next = new Label();
      a.mov(RAX, at(PLAN, codeAt(part)));
      a.cmp(RAX, 0);
      a.j(Condition.EQUAL, next);
      call(part);
      a.bind(next);
    }
    change(State.PER_STRETCH);
    a.sub(LEFT, 1);
    a.j(Condition.EQUAL, end);
    a.mov(RAX, counter(Counter.LEFT_OF_CALL));
    a.sub(RAX, 1);
    a.mov(counter(Counter.LEFT_OF_CALL), RAX);
    a.cmp(RAX, 0);
    a.j(Condition.NOT_EQUAL, stretch);
    a.bind(end);
  }

  /// Calls the code at the address in `rax`.
  private void call(Part part) {
    if (part.multiplies()) {
      a.mov(RDI, at(PLAN, nowAt(part) + Int8Tile.Field.WEIGHTS.bytes()));
      a.mov(RSI, R12);
      a.mov(RDX, R13);
      a.mov(RCX, R14);
      a.mov(R8, R15);
      a.lea(R9, at(PLAN, nowAt(part)));
    } else {
      for (int i = 0; i < ARGUMENTS.length; i++) {
        a.mov(ARGUMENTS[i], at(PLAN, nowAt(part) + 8 * i));
      }
    }
    a.call(RAX);
  }

  private void change(State state) {
    Vec four = Vec.ymm(0);
    for (Part part : Part.values()) {
      for (int i = 0; i < part.numbers(); i += 4) {
        Mem now = at(PLAN, nowAt(part) + 8 * i);
        a.vmovups(four, now);
        a.vpaddq(four, four, number(part, state, i));
        a.vmovups(now, four);
      }
    }
  }
}
