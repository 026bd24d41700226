package dev.freehold.kernel.x86;

import static dev.freehold.kernel.x86.Gp.*;
import static dev.freehold.kernel.x86.Mem.at;

/// The kernel of products of float32 factors as chains: tiles of up to 12 rows by 32 columns of
/// outputs, for processors with AVX-512.
///
/// Formula: `c[i, l] = join over chains q of (sum over j in q of a[i, j] b[j, l])`. Lanes are
/// columns, so that no lane meets another. Order of summation: each chain by fma in ascending j
/// from +0; after a chain as many of the sums before it as its [Chain] says are added, the last one
/// first, as from a stack.
///
/// The left factor is packed as panels `[j][16]`, of which the first 12 are rows, the right one as
/// a panel `[j][32]`; both on cache lines, chain after chain. A call does one panel of columns with
/// as many tiles of rows as its fields say.
///
/// Arguments: the address of [Field]s; the address that outputs are counted from.
public final class FloatChains {
  /// What becomes of the sums.
  public enum Ending {
    /// They stay on the stack, for the chains of another call.
    STACK,
    /// They are outputs.
    SET,
    /// They are added to the outputs that stand there, as `old + sum`.
    ADD
  }

  /// The fields of the first argument, 8 bytes each.
  public enum Field {
    A,
    /// Bytes from a tile's panel of the left factor to the next.
    A_STRIDE,
    B,
    /// [Chain]s, one after the other.
    CHAINS,
    /// Number of chains, at least 1.
    COUNT,
    /// Where the first tile's sums go, on top of those of earlier calls: [#TILE_BYTES] each.
    STACK,
    /// Bytes from a tile's stack to the next; 0 where a call has all chains.
    STACK_STRIDE,
    /// Number of tiles, at least 1.
    TILES,
    /// Bytes to the first output.
    OUT_OFFSET,
    /// Bytes from a row of outputs to the next.
    OUT_STRIDE,
    /// The columns that are outputs, one bit each; read by kernels with masks.
    COLUMNS;

    public int bytes() {
      return 8 * ordinal();
    }
  }

  public static final int FIELDS_BYTES = 8 * Field.values().length;

  /// What a chain is, 8 bytes each: how many products it sums, which may be none, and how many sums
  /// before it are added then.
  public enum Chain {
    LENGTH,
    JOINED;

    public int bytes() {
      return 8 * ordinal();
    }
  }

  public static final int CHAIN_BYTES = 8 * Chain.values().length;

  /// Most rows of a tile.
  public static final int ROWS = 12;

  /// Columns of a tile.
  public static final int COLUMNS = 32;

  /// Floats for each contracted index in a panel of the left factor.
  public static final int LEFT_FLOATS = 16;

  /// Bytes of a tile's sums on the stack.
  public static final int TILE_BYTES = ROWS * COLUMNS * Float.BYTES;

  private static final int VECTORS = 2;
  private static final int LEFT_BYTES = LEFT_FLOATS * Float.BYTES;
  private static final int RIGHT_BYTES = COLUMNS * Float.BYTES;

  /// Contracted indices of a turn of the loop.
  private static final int UNROLLED = 4;

  private static final Vec RIGHT = Vec.zmm(24);
  private static final Vec RIGHT_2 = Vec.zmm(25);
  private static final int LEFT = 26;
  private static final int LEFT_REGISTERS = 6;
  private static final Mask FIRST_COLUMNS = new Mask(1);
  private static final Mask LAST_COLUMNS = new Mask(2);

  private final Assembler a = new Assembler();
  private final int rows;
  private final Ending ending;
  private final boolean masked;

  private FloatChains(int rows, Ending ending, boolean masked) {
    this.rows = rows;
    this.ending = ending;
    this.masked = masked;
  }

  /// @param rows rows of a tile, 1 to [#ROWS]
  /// @param masked whether some columns of the panel are no outputs
  public static byte[] emit(int rows, Ending ending, boolean masked) {
    FloatChains kernel = new FloatChains(rows, ending, masked);
    kernel.write();
    return kernel.a.toArray();
  }

  private static Mem field(Field field) {
    return at(RDI, field.bytes());
  }

  private static Vec sum(int row, int vector) {
    return Vec.zmm(row * VECTORS + vector);
  }

  private void write() {
    for (Gp saved : new Gp[] {RBX, R12, R13, R14, R15}) {
      a.push(saved);
    }
    a.mov(R14, field(Field.A));
    a.mov(R15, field(Field.STACK));
    a.mov(R12, field(Field.OUT_STRIDE));
    a.lea(R13, at(R12, R12, 2));
    a.mov(RBX, field(Field.TILES));
    a.add(RSI, field(Field.OUT_OFFSET));
    if (masked) {
      a.mov(RAX, field(Field.COLUMNS));
      a.kmovw(FIRST_COLUMNS, RAX);
      a.shr(RAX, 16);
      a.kmovw(LAST_COLUMNS, RAX);
    }
    Label tile = new Label();
    a.bind(tile);
    tile();
    a.add(R14, field(Field.A_STRIDE));
    a.add(R15, field(Field.STACK_STRIDE));
    a.sub(RBX, 1);
    a.j(Condition.NOT_EQUAL, tile);
    for (Gp saved : new Gp[] {R15, R14, R13, R12, RBX}) {
      a.pop(saved);
    }
    a.vzeroupper();
    a.ret();
  }

  private void tile() {
    a.mov(RAX, R14);
    a.mov(RCX, field(Field.B));
    a.mov(R8, field(Field.CHAINS));
    a.mov(R9, field(Field.COUNT));
    a.mov(R10, R15);
    Label chain = new Label();
    Label end = new Label();
    a.bind(chain);
    for (int i = 0; i < rows * VECTORS; i++) {
      a.vpxord(Vec.zmm(i), Vec.zmm(i), Vec.zmm(i));
    }
    products();
    join();
    a.add(R8, CHAIN_BYTES);
    a.sub(R9, 1);
    if (ending != Ending.STACK) {
      a.j(Condition.EQUAL, end);
    }
    for (int i = 0; i < rows * VECTORS; i++) {
      a.vmovups(at(R10, 64 * i), Vec.zmm(i));
    }
    a.add(R10, TILE_BYTES);
    if (ending == Ending.STACK) {
      a.cmp(R9, 0);
      a.j(Condition.NOT_EQUAL, chain);
    } else {
      a.jmp(chain);
    }
    a.bind(end);
    if (ending != Ending.STACK) {
      outputs();
    }
  }

  /// The chain itself, from `rax` and `rcx` on.
  private void products() {
    Label many = new Label();
    Label few = new Label();
    Label one = new Label();
    Label done = new Label();
    a.mov(RDX, at(R8, Chain.LENGTH.bytes()));
    a.sub(RDX, UNROLLED);
    a.j(Condition.LESS, few);
    a.bind(many);
    for (int i = 0; i < UNROLLED; i++) {
      step(i);
    }
    a.add(RAX, UNROLLED * LEFT_BYTES);
    a.add(RCX, UNROLLED * RIGHT_BYTES);
    a.sub(RDX, UNROLLED);
    a.j(Condition.GREATER_OR_EQUAL, many);
    a.bind(few);
    a.add(RDX, UNROLLED);
    a.j(Condition.EQUAL, done);
    a.bind(one);
    step(0);
    a.add(RAX, LEFT_BYTES);
    a.add(RCX, RIGHT_BYTES);
    a.sub(RDX, 1);
    a.j(Condition.NOT_EQUAL, one);
    a.bind(done);
  }

  private void step(int i) {
    a.vmovups(RIGHT, at(RCX, i * RIGHT_BYTES));
    a.vmovups(RIGHT_2, at(RCX, i * RIGHT_BYTES + 64));
    for (int row = 0; row < rows; row++) {
      Vec left = Vec.zmm(LEFT + row % LEFT_REGISTERS);
      a.vbroadcastss(left, at(RAX, i * LEFT_BYTES + 4 * row));
      a.vfmadd231ps(sum(row, 0), left, RIGHT);
      a.vfmadd231ps(sum(row, 1), left, RIGHT_2);
    }
  }

  /// Adds sums from the stack, whose top is `r10`.
  private void join() {
    Label next = new Label();
    Label done = new Label();
    a.mov(R11, at(R8, Chain.JOINED.bytes()));
    a.bind(next);
    a.sub(R11, 1);
    a.j(Condition.LESS, done);
    a.sub(R10, TILE_BYTES);
    for (int i = 0; i < rows * VECTORS; i++) {
      a.vaddps(Vec.zmm(i), Vec.zmm(i), at(R10, 64 * i));
    }
    a.jmp(next);
    a.bind(done);
  }

  private void outputs() {
    for (int row = 0; row < rows; row++) {
      Mem to =
          switch (row % 4) {
            case 0 -> at(RSI);
            case 1 -> at(RSI, R12, 1);
            case 2 -> at(RSI, R12, 2);
            default -> at(RSI, R13, 1);
          };
      output(to, sum(row, 0), FIRST_COLUMNS);
      output(to.plus(64), sum(row, 1), LAST_COLUMNS);
      if (row % 4 == 3 && row + 1 < rows) {
        a.lea(RSI, at(RSI, R12, 4));
      }
    }
    int behind = (rows - 1) % 4 + 1;
    a.lea(RSI, at(RSI, R12, behind == 3 ? 1 : behind));
    if (behind == 3) {
      a.lea(RSI, at(RSI, R12, 2));
    }
  }

  private void output(Mem to, Vec sum, Mask columns) {
    if (masked) {
      if (ending == Ending.ADD) {
        a.vmovups(RIGHT, columns, to);
        a.vaddps(sum, RIGHT, sum);
      }
      a.vmovups(to, columns, sum);
    } else {
      if (ending == Ending.ADD) {
        a.vaddps(sum, sum, to);
      }
      a.vmovups(to, sum);
    }
  }
}
