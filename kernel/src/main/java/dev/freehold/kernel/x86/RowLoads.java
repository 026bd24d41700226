package dev.freehold.kernel.x86;

import static dev.freehold.kernel.x86.Gp.*;
import static dev.freehold.kernel.x86.Mem.at;

/// Writes loads from 16 rows that lie a stride apart, turned so that a lane is a row.
///
/// Four registers point at rows 0, 4, 8 and 12, at the block that is read; where there are fewer
/// rows the last one stands for those that are not there.
final class RowLoads {
  static final int ROWS = 16;

  /// Where the kernel's first argument, the address of the first row, is expected.
  static final Gp FIRST = RDI;

  /// Bytes from a row to the next, as the second argument.
  static final Gp STRIDE = RSI;

  private static final Gp THREE = RAX;
  private static final Gp[] FOURTH = {FIRST, R10, R11, RBX};

  /// Takes the low or the high 128 bits of each half of two vectors.
  private static final int LOW_PARTS = 0x88;

  private static final int HIGH_PARTS = 0xdd;

  private final Assembler a;
  private final int rows;

  /// @param rows how many there are, 1 to 16
  RowLoads(Assembler a, int rows) {
    this.a = a;
    this.rows = rows;
  }

  /// Makes the registers point at the rows, `rbx` among them, whose value is kept on the stack.
  void begin() {
    a.push(RBX);
    a.lea(THREE, at(STRIDE, STRIDE, 2));
    for (int i = 1; i < FOURTH.length; i++) {
      a.lea(FOURTH[i], at(FOURTH[i - 1], STRIDE, 4));
    }
  }

  /// Goes on by so many bytes in each row.
  void advance(int bytes) {
    for (Gp register : FOURTH) {
      a.add(register, bytes);
    }
  }

  void end() {
    a.pop(RBX);
  }

  private Mem row(int row, int offset) {
    int r = Math.min(row, rows - 1);
    Gp base = FOURTH[r / 4];
    Mem place =
        switch (r % 4) {
          case 0 -> at(base);
          case 1 -> at(base, STRIDE, 1);
          case 2 -> at(base, STRIDE, 2);
          default -> at(base, THREE, 1);
        };
    return place.plus(offset);
  }

  /// 16 bytes of each row: four vectors from `to` on, each of 4 bytes a row.
  ///
  /// @param work four more registers
  void sixteen(int to, int work, int offset) {
    for (int i = 0; i < 4; i++) {
      a.vmovups(Vec.xmm(to + i), row(i, offset));
      for (int part = 1; part < 4; part++) {
        a.vinserti32x4(Vec.zmm(to + i), Vec.zmm(to + i), row(4 * part + i, offset), part);
      }
    }
    turnFour(to, work);
  }

  /// 32 bytes of each row: eight vectors from `to` on, each of 4 bytes a row.
  ///
  /// @param work eight more registers
  void thirtyTwo(int to, int work, int offset) {
    for (int i = 0; i < 8; i++) {
      int first = i < 4 ? i : 4 + i;
      a.vmovups(Vec.ymm(work + i), row(first, offset));
      a.vinserti64x4(Vec.zmm(work + i), Vec.zmm(work + i), row(first + 4, offset), 1);
    }
    turnFour(work, to);
    turnFour(work + 4, to + 4);
    for (int i = 0; i < 4; i++) {
      Vec one = Vec.zmm(work + i);
      Vec other = Vec.zmm(work + 4 + i);
      a.vshufi32x4(Vec.zmm(to + i), one, other, LOW_PARTS);
      a.vshufi32x4(Vec.zmm(to + 4 + i), one, other, HIGH_PARTS);
    }
  }

  /// In each 128 bits of four vectors: number i of vector j becomes number j of vector i.
  private void turnFour(int at, int work) {
    for (int pair = 0; pair < 2; pair++) {
      Vec first = Vec.zmm(at + 2 * pair);
      Vec second = Vec.zmm(at + 2 * pair + 1);
      a.vpunpckldq(Vec.zmm(work + 2 * pair), first, second);
      a.vpunpckhdq(Vec.zmm(work + 2 * pair + 1), first, second);
    }
    for (int half = 0; half < 2; half++) {
      Vec first = Vec.zmm(work + half);
      Vec second = Vec.zmm(work + 2 + half);
      a.vpunpcklqdq(Vec.zmm(at + 2 * half), first, second);
      a.vpunpckhqdq(Vec.zmm(at + 2 * half + 1), first, second);
    }
  }

  /// A float16 of each row, as float32.
  ///
  /// @param work two more registers, below 15
  void halves(int to, int work, int offset) {
    for (int half = 0; half < 2; half++) {
      Vec eight = Vec.xmm(work + half);
      a.vpxor(eight, eight, eight);
      for (int i = 0; i < 8; i++) {
        a.vpinsrw(eight, eight, row(8 * half + i, offset), i);
      }
    }
    a.vinserti32x4(Vec.zmm(work), Vec.zmm(work), Vec.xmm(work + 1), 1);
    a.vcvtph2ps(Vec.zmm(to), Vec.ymm(work));
  }

  /// A byte of each row, as an int32.
  ///
  /// @param work a register below 16
  void bytes(int to, int work, int offset) {
    Vec all = Vec.xmm(work);
    a.vpxor(all, all, all);
    for (int i = 0; i < ROWS; i++) {
      a.vpinsrb(all, all, row(i, offset), i);
    }
    a.vpmovzxbd(Vec.zmm(to), all);
  }
}
