package dev.freehold.kernel.x86;

import static dev.freehold.kernel.x86.Gp.*;
import static dev.freehold.kernel.x86.Mem.at;

/// The kernel of products of rows of plain float weights with several tokens' float32 activations,
/// by (a) of fh1, for processors with AVX-512.
///
/// Each output has a vector of 16 lanes, which stay in registers; element k goes into lane k mod 16
/// by an fma, in ascending k. The caller joins them.
///
/// Arguments: the address of the first row's first column; the activations; the lanes; the address
/// of [Field]s.
public final class FloatTile {
  /// How weights are stored.
  public enum Weights {
    F32(4),
    F16(2),
    /// The upper half of a float32.
    BF16(2);

    private final int bytes;

    Weights(int bytes) {
      this.bytes = bytes;
    }
  }

  /// The fields of the last argument, 8 bytes each.
  public enum Field {
    /// Columns, 16 each, at least one.
    STEPS,
    /// Groups of rows, at least one.
    GROUPS,
    /// Bytes from a row to the next.
    ROW_BYTES,
    /// Bytes of the activations before the first token's, and from token to token.
    X_OFFSET,
    X_STRIDE,
    /// Bytes before the lanes of the first row and token, and from token to token; those of rows
    /// follow each other.
    LANES_OFFSET,
    LANES_STRIDE,
    /// 0 where sums begin, else they go on from the lanes.
    CONTINUED;

    public int bytes() {
      return 8 * ordinal();
    }
  }

  public static final int FIELDS_BYTES = 8 * Field.values().length;

  /// Most tokens of a tile.
  public static final int TOKENS = 6;

  /// Most rows of a tile.
  public static final int ROWS = 4;

  public static final int LANES = 16;

  private static final int WEIGHTS = ROWS * TOKENS;
  private static final int X = WEIGHTS + ROWS;
  private static final Gp FIELDS = RCX;
  private static final Gp ROW_BYTES = R8;
  private static final Gp THREE_ROWS = R9;
  private static final Gp X_STRIDE = R10;
  private static final Gp LANES_STRIDE = R11;
  private static final Gp STEPS = RAX;
  private static final Gp GROUPS = R13;
  private static final Gp[] SAVED = {RBX, R12, R13, R14, R15};

  private final Assembler a = new Assembler();
  private final int rows;
  private final int tokens;
  private final Weights weights;

  private FloatTile(int rows, int tokens, Weights weights) {
    this.rows = rows;
    this.tokens = tokens;
    this.weights = weights;
  }

  /// The kernel for tiles of this size.
  public static byte[] emit(int rows, int tokens, Weights weights) {
    FloatTile tile = new FloatTile(rows, tokens, weights);
    tile.write();
    return tile.a.toArray();
  }

  private static Mem field(Field field) {
    return at(FIELDS, field.bytes());
  }

  private void write() {
    for (Gp register : SAVED) {
      a.push(register);
    }
    a.add(RSI, field(Field.X_OFFSET));
    a.add(RDX, field(Field.LANES_OFFSET));
    a.mov(ROW_BYTES, field(Field.ROW_BYTES));
    a.lea(THREE_ROWS, at(ROW_BYTES, ROW_BYTES, 2));
    a.mov(X_STRIDE, field(Field.X_STRIDE));
    a.mov(LANES_STRIDE, field(Field.LANES_STRIDE));
    a.lea(R12, at(RDX, LANES_STRIDE, 2));
    a.add(R12, LANES_STRIDE);
    a.mov(GROUPS, field(Field.GROUPS));
    Label group = new Label();
    a.bind(group);
    a.mov(R14, RDI);
    a.mov(R15, RSI);
    group();
    a.mov(RSI, R15);
    a.mov(RDI, R14);
    for (int r = 0; r < rows; r++) {
      a.add(RDI, ROW_BYTES);
    }
    a.add(RDX, 64 * rows);
    a.add(R12, 64 * rows);
    a.sub(GROUPS, 1);
    a.j(Condition.NOT_EQUAL, group);
    for (int i = SAVED.length - 1; i >= 0; i--) {
      a.pop(SAVED[i]);
    }
    a.vzeroupper();
    a.ret();
  }

  private void group() {
    lanes(true);
    a.lea(RBX, at(RSI, X_STRIDE, 2));
    a.add(RBX, X_STRIDE);
    a.mov(STEPS, field(Field.STEPS));
    Label step = new Label();
    a.bind(step);
    for (int r = 0; r < rows; r++) {
      load(r);
    }
    for (int t = 0; t < tokens; t++) {
      Vec x = Vec.zmm(X + t % 4);
      a.vmovups(x, token(t, RSI, RBX, X_STRIDE));
      for (int r = 0; r < rows; r++) {
        a.vfmadd231ps(lane(r, t), Vec.zmm(WEIGHTS + r), x);
      }
    }
    a.add(RDI, LANES * weights.bytes);
    a.add(RSI, 4 * LANES);
    a.add(RBX, 4 * LANES);
    a.sub(STEPS, 1);
    a.j(Condition.NOT_EQUAL, step);
    lanes(false);
  }

  private void load(int r) {
    Vec to = Vec.zmm(WEIGHTS + r);
    Mem from =
        switch (r) {
          case 0 -> at(RDI);
          case 1 -> at(RDI, ROW_BYTES, 1);
          case 2 -> at(RDI, ROW_BYTES, 2);
          default -> at(RDI, THREE_ROWS, 1);
        };
    switch (weights) {
      case F32 -> a.vmovups(to, from);
      case F16 -> a.vcvtph2ps(to, from);
      case BF16 -> {
        a.vpmovzxwd(to, from);
        a.vpslld(to, to, 16);
      }
    }
  }

  private static Vec lane(int r, int t) {
    return Vec.zmm(t * ROWS + r);
  }

  /// Token t of an array: the fourth and later by way of a second register, three strides on.
  private static Mem token(int t, Gp first, Gp fourth, Gp stride) {
    Gp base = t < 3 ? first : fourth;
    return switch (t % 3) {
      case 0 -> at(base);
      case 1 -> at(base, stride, 1);
      default -> at(base, stride, 2);
    };
  }

  /// Loads the lanes, or stores them.
  private void lanes(boolean load) {
    Label fresh = new Label();
    Label done = new Label();
    if (load) {
      a.mov(RAX, field(Field.CONTINUED));
      a.cmp(RAX, 0);
      a.j(Condition.EQUAL, fresh);
    }
    for (int t = 0; t < tokens; t++) {
      for (int r = 0; r < rows; r++) {
        Mem place = token(t, RDX, R12, LANES_STRIDE).plus(64 * r);
        if (load) {
          a.vmovups(lane(r, t), place);
        } else {
          a.vmovups(place, lane(r, t));
        }
      }
    }
    if (load) {
      a.jmp(done);
      a.bind(fresh);
      for (int t = 0; t < tokens; t++) {
        for (int r = 0; r < rows; r++) {
          a.vpxord(lane(r, t), lane(r, t), lane(r, t));
        }
      }
      a.bind(done);
    }
  }
}
