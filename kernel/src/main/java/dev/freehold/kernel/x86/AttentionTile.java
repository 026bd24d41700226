package dev.freehold.kernel.x86;

import static dev.freehold.kernel.x86.Gp.*;
import static dev.freehold.kernel.x86.Mem.at;

/// The kernel of both products of attention: rows of float32 with rows of a key-value cache.
///
/// `out[r][c] = chain over k of fma(a[r][k], b[k][c])`, `k` ascending from +0. For scores `a` are
/// queries and `b` keys, `k` the elements of a head and `c` positions; for outputs `a` are weights
/// and `b` values, `k` positions and `c` the elements of a head. Lanes are columns, so that no lane
/// meets another.
///
/// All tiles go through a piece of the chains before any goes on to the next piece, and chains wait
/// in the outputs meanwhile: so memory is read from its beginning to its end, as processors expect
/// it, although a tile reads a part of each row of `b` alone.
///
/// Arguments, all addresses: the rows `a`; the rows `b`; the outputs; [Field]s.
public final class AttentionTile {
  /// The fields of the last argument, 8 bytes each.
  public enum Field {
    /// Steps of a chain, at least one.
    STEPS,
    /// Bytes from a row to the next.
    A_STRIDE,
    B_STRIDE,
    OUT_STRIDE,
    /// Tiles side by side and one below the other, at least one each.
    COLUMN_TILES,
    ROW_TILES,
    /// 0 where chains begin, else they go on from the outputs.
    CONTINUED,
    /// A float32 that the chains are multiplied with at their end, where the kernel does that.
    SCALE,
    /// Most steps of a piece.
    PIECE,
    /// Steps of the last piece at most, and bytes of as many rows of `b`: as far ahead lies what is
    /// drawn nearer.
    LAST,
    AHEAD_BYTES,
    /// Panels of `b`, at least one, and bytes from one to the next: each gives the columns that
    /// follow those of the panel before it.
    PANELS,
    PANEL_BYTES,
    /// Address of what will be read next, where the kernel draws that nearer.
    NEXT,
    /// The kernel's own: panels that are left and what comes after the present one; its steps that
    /// are left and those of the piece, whether its chains go on, and where that begins which is to
    /// be drawn nearer.
    PANELS_LEFT,
    NEXT_OF_PANEL,
    LEFT,
    STEPS_OF_PIECE,
    GOES_ON,
    AHEAD;

    public int bytes() {
      return 8 * ordinal();
    }
  }

  public static final int FIELDS_BYTES = 8 * Field.values().length;

  /// What a kernel is made for.
  ///
  /// @param element how `b` is stored
  /// @param scaled whether the chains are multiplied by a scale
  /// @param ahead whether steps draw what lies ahead nearer, each as many lines of 64 bytes as it
  ///   reads itself
  public record Use(CacheElement element, boolean scaled, boolean ahead) {}

  /// Most rows of a tile.
  public static final int ROWS = 6;

  /// Most vectors of a tile of any number of rows.
  public static final int VECTORS = 4;

  /// Most vectors of a tile.
  public static final int MOST_VECTORS = 16;

  /// Most rows whose factors have registers of their own, so that those of `b` take turns and tiles
  /// may be wider.
  private static final int FEW_ROWS = 3;

  private static final Gp[] SAVED = {RBX, RBP, R12, R13, R14, R15};
  private static final int B = ROWS * VECTORS;
  private static final int A = B + VECTORS;
  private static final Vec SMALLER = Vec.zmm(A + FEW_ROWS);

  private final Assembler a = new Assembler();
  private final Use use;
  private final int rows;
  private final int vectors;

  private AttentionTile(Use use, int rows, int vectors) {
    this.use = use;
    this.rows = rows;
    this.vectors = vectors;
  }

  /// Most vectors of a tile of this many rows: as many as have registers, since the longer the
  /// stretches of `b` that a step reads, the faster they come.
  public static int widest(int rows) {
    return switch (rows) {
      case 1 -> MOST_VECTORS;
      case 2, FEW_ROWS -> 2 * VECTORS;
      default -> VECTORS;
    };
  }

  /// @param rows rows of a tile
  /// @param vectors vectors of 16 columns of a tile, at most [#widest]
  public static byte[] emit(Use use, int rows, int vectors) {
    AttentionTile tile = new AttentionTile(use, rows, vectors);
    tile.emit();
    return tile.a.toArray();
  }

  private static Mem field(Field field) {
    return at(RCX, field.bytes());
  }

  private void emit() {
    for (Gp register : SAVED) {
      a.push(register);
    }
    if (use.element == CacheElement.SMALL_F16) {
      ExponentialSteps.number(a, SMALLER, CacheElement.SMALLER);
    }
    a.mov(R10, field(Field.A_STRIDE));
    a.mov(R11, field(Field.B_STRIDE));
    a.mov(R15, field(Field.OUT_STRIDE));
    panels();
    for (int i = SAVED.length - 1; i >= 0; i--) {
      a.pop(SAVED[i]);
    }
    a.vzeroupper();
    a.ret();
  }

  private void panels() {
    Label panel = new Label();
    Label last = new Label();
    a.mov(RAX, field(Field.PANELS));
    a.bind(panel);
    a.mov(field(Field.PANELS_LEFT), RAX);
    a.mov(RBP, field(Field.NEXT));
    a.cmp(RAX, 1);
    a.j(Condition.EQUAL, last);
    a.mov(RBP, RSI);
    a.add(RBP, field(Field.PANEL_BYTES));
    a.bind(last);
    a.mov(field(Field.NEXT_OF_PANEL), RBP);
    a.push(RDI);
    a.push(RSI);
    a.push(RDX);
    pieces();
    a.pop(RDX);
    a.pop(RSI);
    a.pop(RDI);
    a.add(RSI, field(Field.PANEL_BYTES));
    a.add(RDX, 64 * vectors);
    a.mov(RAX, field(Field.PANELS_LEFT));
    a.sub(RAX, 1);
    a.j(Condition.NOT_EQUAL, panel);
  }

  private void pieces() {
    Label piece = new Label();
    Label done = new Label();
    a.mov(RAX, field(Field.CONTINUED));
    a.mov(field(Field.GOES_ON), RAX);
    a.mov(RAX, field(Field.STEPS));
    a.bind(piece);
    a.mov(field(Field.LEFT), RAX);
    cutPiece();
    a.push(RDI);
    a.push(RDX);
    rowTiles();
    a.pop(RDX);
    a.pop(RDI);
    a.mov(RAX, field(Field.LEFT));
    a.mov(R8, field(Field.STEPS_OF_PIECE));
    a.sub(RAX, R8);
    a.j(Condition.EQUAL, done);
    a.lea(RDI, at(RDI, R8, 4));
    a.mov(field(Field.GOES_ON), R8);
    a.imul(R8, R11);
    a.add(RSI, R8);
    a.jmp(piece);
    a.bind(done);
  }

  /// Cuts a piece off the steps in `rax`. What comes after the last piece is elsewhere.
  private void cutPiece() {
    Label more = new Label();
    Label cut = new Label();
    a.mov(R8, field(Field.LAST));
    a.cmp(RAX, R8);
    a.j(Condition.GREATER, more);
    a.mov(RBP, field(Field.NEXT_OF_PANEL));
    a.jmp(cut);
    a.bind(more);
    a.mov(RBP, RSI);
    a.add(RBP, field(Field.AHEAD_BYTES));
    a.sub(RAX, R8);
    a.cmp(RAX, field(Field.PIECE));
    a.j(Condition.LESS, cut);
    a.mov(RAX, field(Field.PIECE));
    a.bind(cut);
    a.mov(field(Field.STEPS_OF_PIECE), RAX);
    a.mov(field(Field.AHEAD), RBP);
  }

  private void rowTiles() {
    a.mov(R13, field(Field.ROW_TILES));
    Label rowTile = new Label();
    a.bind(rowTile);
    a.push(RSI);
    a.mov(RBP, field(Field.AHEAD));
    a.mov(R14, RDX);
    a.mov(R12, field(Field.COLUMN_TILES));
    Label columnTile = new Label();
    a.bind(columnTile);
    tile();
    a.add(RSI, vectors * vectorBytes());
    a.add(R14, 64 * vectors);
    a.sub(R12, 1);
    a.j(Condition.NOT_EQUAL, columnTile);
    a.pop(RSI);
    for (int r = 0; r < rows; r++) {
      a.add(RDI, R10);
      a.add(RDX, R15);
    }
    a.sub(R13, 1);
    a.j(Condition.NOT_EQUAL, rowTile);
  }

  /// Row r of an array: the fourth and later by way of a second register, three strides on.
  private static Mem row(int r, Gp first, Gp fourth, Gp stride) {
    Gp base = r < 3 ? first : fourth;
    return switch (r % 3) {
      case 0 -> at(base);
      case 1 -> at(base, stride, 1);
      default -> at(base, stride, 2);
    };
  }

  private Vec chain(int r, int v) {
    return Vec.zmm(r * vectors + v);
  }

  private void tile() {
    begin();
    a.mov(R8, RDI);
    a.lea(R9, at(RDI, R10, 2));
    a.add(R9, R10);
    a.mov(RBX, RSI);
    a.mov(RAX, field(Field.STEPS_OF_PIECE));
    Label step = new Label();
    a.bind(step);
    step();
    a.sub(RAX, 1);
    a.j(Condition.NOT_EQUAL, step);
    if (use.scaled) {
      scale();
    }
    outputs(RBX);
    for (int r = 0; r < rows; r++) {
      for (int v = 0; v < vectors; v++) {
        a.vmovups(row(r, R14, RBX, R15).plus(64 * v), chain(r, v));
      }
    }
  }

  /// Multiplies chains that have come to their end.
  private void scale() {
    Label unfinished = new Label();
    a.mov(RAX, field(Field.LEFT));
    a.cmp(RAX, field(Field.STEPS_OF_PIECE));
    a.j(Condition.NOT_EQUAL, unfinished);
    a.vbroadcastss(Vec.zmm(A), field(Field.SCALE));
    for (int i = 0; i < rows * vectors; i++) {
      a.vmulps(Vec.zmm(i), Vec.zmm(i), Vec.zmm(A));
    }
    a.bind(unfinished);
  }

  /// Where the fourth row of the outputs begins.
  private void outputs(Gp to) {
    a.lea(to, at(R14, R15, 2));
    a.add(to, R15);
  }

  private void begin() {
    Label fresh = new Label();
    Label done = new Label();
    a.mov(RAX, field(Field.GOES_ON));
    a.cmp(RAX, 0);
    a.j(Condition.EQUAL, fresh);
    outputs(RBX);
    for (int r = 0; r < rows; r++) {
      for (int v = 0; v < vectors; v++) {
        a.vmovups(chain(r, v), row(r, R14, RBX, R15).plus(64 * v));
      }
    }
    a.jmp(done);
    a.bind(fresh);
    for (int r = 0; r < rows; r++) {
      for (int v = 0; v < vectors; v++) {
        a.vpxord(chain(r, v), chain(r, v), chain(r, v));
      }
    }
    a.bind(done);
  }

  private void step() {
    if (rows <= FEW_ROWS) {
      stepOfFewRows();
    } else {
      stepOfManyRows();
    }
    if (use.ahead) {
      int bytes = vectors * vectorBytes();
      for (int at = 0; at < bytes; at += 64) {
        a.prefetchnta(at(RBP, at));
      }
      a.add(RBP, bytes);
    }
    a.add(RBX, R11);
    a.add(R8, 4);
    if (rows > 3) {
      a.add(R9, 4);
    }
  }

  private int vectorBytes() {
    return 16 * use.element.bytes();
  }

  private void stepOfFewRows() {
    for (int r = 0; r < rows; r++) {
      a.vbroadcastss(Vec.zmm(A + r), row(r, R8, R9, R10));
    }
    for (int v = 0; v < vectors; v++) {
      Vec b = Vec.zmm(B + v % VECTORS);
      use.element.load(a, b, at(RBX, v * vectorBytes()), SMALLER);
      for (int r = 0; r < rows; r++) {
        a.vfmadd231ps(chain(r, v), Vec.zmm(A + r), b);
      }
    }
  }

  private void stepOfManyRows() {
    for (int v = 0; v < vectors; v++) {
      use.element.load(a, Vec.zmm(B + v), at(RBX, v * vectorBytes()), SMALLER);
    }
    for (int r = 0; r < rows; r++) {
      Vec x = Vec.zmm(A + r % 2);
      a.vbroadcastss(x, row(r, R8, R9, R10));
      for (int v = 0; v < vectors; v++) {
        a.vfmadd231ps(chain(r, v), x, Vec.zmm(B + v));
      }
    }
  }
}
