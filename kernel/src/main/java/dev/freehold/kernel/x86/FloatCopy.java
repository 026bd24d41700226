package dev.freehold.kernel.x86;

import static dev.freehold.kernel.x86.Gp.*;
import static dev.freehold.kernel.x86.Mem.at;

/// The kernel that packs rows of a factor as panels for [FloatChains], where the contracted index
/// counts the rows: `panel[p][j][c] = x[j, p * step + c]`, for processors with AVX-512.
///
/// Arguments: the address that the rows are counted from; the address of [Field]s.
public final class FloatCopy {
  /// The fields of the second argument, 8 bytes each.
  public enum Field {
    /// Bytes to the first row.
    OFFSET,
    /// Bytes from a row to the next.
    STRIDE,
    /// Number of rows, at least 1.
    ROWS,
    /// Number of panels, at least 1.
    PANELS,
    /// Bytes of a row from a panel to the next.
    STEP,
    TO,
    /// Bytes from a panel to the next.
    PANEL_STRIDE,
    /// The floats of a row of a panel that are read, one bit each; the others become zero.
    COLUMNS;

    public int bytes() {
      return 8 * ordinal();
    }
  }

  public static final int FIELDS_BYTES = 8 * Field.values().length;

  /// A row is drawn into the cache 2^AHEAD rows before it is copied; behind the last one nothing is
  /// touched, since drawing in never fails.
  private static final int AHEAD = 3;

  private static final Vec VALUES = Vec.zmm(0);
  private static final Vec VALUES_2 = Vec.zmm(1);
  private static final Mask FIRST_COLUMNS = new Mask(1);
  private static final Mask LAST_COLUMNS = new Mask(2);

  private FloatCopy() {}

  /// @param vectors of a row of a panel: 1 or 2
  public static byte[] emit(int vectors) {
    Assembler a = new Assembler();
    a.push(RBX);
    a.mov(RDX, field(Field.STRIDE));
    a.shl(RDX, AHEAD);
    a.mov(RAX, field(Field.COLUMNS));
    a.kmovw(FIRST_COLUMNS, RAX);
    a.shr(RAX, 16);
    a.kmovw(LAST_COLUMNS, RAX);
    a.add(RDI, field(Field.OFFSET));
    a.mov(R8, field(Field.ROWS));
    a.mov(R9, field(Field.TO));
    a.mov(R10, field(Field.STEP));
    a.mov(R11, field(Field.PANEL_STRIDE));
    Label row = new Label();
    Label panel = new Label();
    a.bind(row);
    a.mov(RAX, RDI);
    a.mov(RCX, R9);
    a.mov(RBX, field(Field.PANELS));
    a.bind(panel);
    a.prefetcht0(at(RAX, RDX, 1));
    a.vmovups(VALUES, FIRST_COLUMNS, at(RAX));
    a.vmovups(at(RCX), VALUES);
    if (vectors == 2) {
      a.prefetcht0(at(RAX, RDX, 1).plus(64));
      a.vmovups(VALUES_2, LAST_COLUMNS, at(RAX, 64));
      a.vmovups(at(RCX, 64), VALUES_2);
    }
    a.add(RAX, R10);
    a.add(RCX, R11);
    a.sub(RBX, 1);
    a.j(Condition.NOT_EQUAL, panel);
    a.add(RDI, field(Field.STRIDE));
    a.add(R9, 64 * vectors);
    a.sub(R8, 1);
    a.j(Condition.NOT_EQUAL, row);
    a.pop(RBX);
    a.vzeroupper();
    a.ret();
    return a.toArray();
  }

  private static Mem field(Field field) {
    return at(RSI, field.bytes());
  }
}
