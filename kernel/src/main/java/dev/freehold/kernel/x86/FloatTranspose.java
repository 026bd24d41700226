package dev.freehold.kernel.x86;

import static dev.freehold.kernel.x86.Gp.*;
import static dev.freehold.kernel.x86.Mem.at;

/// The kernel that packs up to 16 rows of a factor side by side for [FloatChains], where the
/// contracted index runs along the rows: columns of the rows become vectors, rows that are not
/// there zeros. For processors with AVX-512.
///
/// Column `16 v + c` of the rows goes to `TO + TARGETS[c] + v * STEP`.
///
/// Arguments: the address that the rows are counted from; the address of [Field]s.
public final class FloatTranspose {
  /// The fields of the second argument, 8 bytes each.
  public enum Field {
    /// Bytes to the first row.
    OFFSET,
    /// Bytes from a row to the next.
    STRIDE,
    /// Vectors of 16 columns, at least 1.
    VECTORS,
    TO,
    /// Bytes from a column's place to that of the column 16 further.
    STEP,
    /// The address of 16 offsets in bytes, 8 bytes each.
    TARGETS;

    public int bytes() {
      return 8 * ordinal();
    }
  }

  public static final int FIELDS_BYTES = 8 * Field.values().length;

  /// Most rows, and columns of a vector.
  public static final int LANES = 16;

  private final Assembler a = new Assembler();
  private final int rows;

  private FloatTranspose(int rows) {
    this.rows = rows;
  }

  /// @param rows 1 to 16
  public static byte[] emit(int rows) {
    FloatTranspose kernel = new FloatTranspose(rows);
    kernel.write();
    return kernel.a.toArray();
  }

  private static Mem field(Field field) {
    return at(RSI, field.bytes());
  }

  private void write() {
    a.push(RBX);
    a.add(RDI, field(Field.OFFSET));
    a.mov(R8, field(Field.STRIDE));
    a.lea(R9, at(R8, R8, 2));
    a.mov(R10, field(Field.VECTORS));
    a.mov(R11, field(Field.TO));
    a.mov(RBX, field(Field.TARGETS));
    Label loop = new Label();
    a.bind(loop);
    load();
    pairs();
    quarters();
    halves();
    for (int c = 0; c < LANES; c++) {
      a.mov(RAX, at(RBX, 8 * c));
      a.vmovups(at(R11, RAX, 1), Vec.zmm(c));
    }
    a.add(RDI, 4 * LANES);
    a.add(R11, field(Field.STEP));
    a.sub(R10, 1);
    a.j(Condition.NOT_EQUAL, loop);
    a.pop(RBX);
    a.vzeroupper();
    a.ret();
  }

  /// Rows to registers 0 to 15.
  private void load() {
    a.mov(RAX, RDI);
    for (int row = 0; row < LANES; row++) {
      Vec to = Vec.zmm(row);
      if (row >= rows) {
        a.vpxord(to, to, to);
        continue;
      }
      switch (row % 4) {
        case 0 -> a.vmovups(to, at(RAX));
        case 1 -> a.vmovups(to, at(RAX, R8, 1));
        case 2 -> a.vmovups(to, at(RAX, R8, 2));
        default -> {
          a.vmovups(to, at(RAX, R9, 1));
          a.lea(RAX, at(RAX, R8, 4));
        }
      }
    }
  }

  /// Numbers of rows 2 i and 2 i + 1 side by side: register 16 + 2 i has columns 0 and 1 of each
  /// quarter, the next one columns 2 and 3.
  private void pairs() {
    for (int i = 0; i < LANES; i += 2) {
      a.vunpcklps(Vec.zmm(16 + i), Vec.zmm(i), Vec.zmm(i + 1));
      a.vunpckhps(Vec.zmm(17 + i), Vec.zmm(i), Vec.zmm(i + 1));
    }
  }

  /// Numbers of rows 4 i to 4 i + 3 side by side: register 4 i + c has column c of each quarter.
  private void quarters() {
    for (int i = 0; i < LANES; i += 4) {
      for (int c = 0; c < 4; c += 2) {
        Vec low = Vec.zmm(16 + i + c / 2);
        Vec high = Vec.zmm(18 + i + c / 2);
        a.vunpcklpd(Vec.zmm(i + c), low, high);
        a.vunpckhpd(Vec.zmm(i + c + 1), low, high);
      }
    }
  }

  /// Quarters of all rows side by side: register c has column c.
  private void halves() {
    for (int c = 0; c < 4; c++) {
      Vec even = Vec.zmm(16 + c);
      Vec odd = Vec.zmm(20 + c);
      Vec evenAfter = Vec.zmm(24 + c);
      Vec oddAfter = Vec.zmm(28 + c);
      a.vshuff32x4(even, Vec.zmm(c), Vec.zmm(4 + c), 0x88);
      a.vshuff32x4(odd, Vec.zmm(c), Vec.zmm(4 + c), 0xdd);
      a.vshuff32x4(evenAfter, Vec.zmm(8 + c), Vec.zmm(12 + c), 0x88);
      a.vshuff32x4(oddAfter, Vec.zmm(8 + c), Vec.zmm(12 + c), 0xdd);
      a.vshuff32x4(Vec.zmm(c), even, evenAfter, 0x88);
      a.vshuff32x4(Vec.zmm(8 + c), even, evenAfter, 0xdd);
      a.vshuff32x4(Vec.zmm(4 + c), odd, oddAfter, 0x88);
      a.vshuff32x4(Vec.zmm(12 + c), odd, oddAfter, 0xdd);
    }
  }
}
