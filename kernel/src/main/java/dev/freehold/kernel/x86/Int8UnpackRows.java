package dev.freehold.kernel.x86;

import static dev.freehold.kernel.x86.Gp.*;
import static dev.freehold.kernel.x86.Mem.at;

/// The kernel that unpacks a stretch of blocks of up to 16 rows, from a file's own layout to what
/// [Int8Tile] multiplies, for processors with AVX-512: weights `[blocks][8][16][4]` bytes, and
/// float32 numbers as [Int8Scales] says.
///
/// Arguments, in this order: the address of the first row's first block; the bytes from a row to
/// the next; where the weights and the numbers go; the number of blocks of 32, at most
/// [Int8Scales#BLOCKS] and a multiple of [Layout#sharing]; the address of as many blocks of as many
/// rows that will be unpacked soon, which are drawn into the cache meanwhile: a processor that sees
/// 16 rows side by side does not foresee what comes.
public final class Int8UnpackRows {
  /// The layouts of GGUF that are unpacked; `BlockFormat` says what their bytes mean.
  public enum Layout {
    Q4_0(18, 1, Int8Tile.Ending.OFFSET, 8),
    Q8_0(34, 1, Int8Tile.Ending.OFFSET, 128),
    Q4_K(144, 8, Int8Tile.Ending.MINIMUM, 0),
    Q6_K(210, 8, Int8Tile.Ending.HALVES, 32);

    private final int bytes;
    private final int sharing;
    private final Int8Tile.Ending ending;
    private final int offset;

    Layout(int bytes, int sharing, Int8Tile.Ending ending, int offset) {
      this.bytes = bytes;
      this.sharing = sharing;
      this.ending = ending;
      this.offset = offset;
    }

    /// Blocks of 32 that share a scale, and come together.
    public int sharing() {
      return sharing;
    }

    /// How sums of its weights end.
    public Int8Tile.Ending ending() {
      return ending;
    }

    /// What is added to each weight, so that none is negative.
    public int offset() {
      return offset;
    }
  }

  public static final int ROWS = RowLoads.ROWS;

  private static final int WEIGHT_BYTES = 512;
  private static final Gp TO_WEIGHTS = RDX;
  private static final Gp TO_NUMBERS = RCX;
  private static final Gp AHEAD = R9;
  private static final int LINE = 64;
  private static final int NUMBER = 24;
  private static final int WORK = 8;
  private static final Vec BYTE = Vec.zmm(25);
  private static final Vec TEMPORARY = Vec.zmm(26);
  private static final Vec SIX = Vec.zmm(27);
  private static final Vec SIGN = Vec.zmm(28);
  private static final Vec TOP = Vec.zmm(29);
  private static final Vec LOW = Vec.zmm(30);
  private static final Vec SIGNS = Vec.zmm(31);

  private final Assembler a = new Assembler();
  private final Layout layout;
  private final RowLoads loads;

  private Int8UnpackRows(Layout layout, int rows) {
    this.layout = layout;
    this.loads = new RowLoads(a, rows);
  }

  /// @param rows how many there are, 1 to 16; the last one is written for those that are not
  public static byte[] emit(Layout layout, int rows) {
    Int8UnpackRows unpack = new Int8UnpackRows(layout, rows);
    unpack.write();
    return unpack.a.toArray();
  }

  private void write() {
    Int8Steps.constant(a, SIX, 63);
    Int8Steps.constant(a, SIGN, 0x80000000);
    Int8Steps.constant(a, TOP, 0x30303030);
    Int8Steps.constant(a, LOW, 0x0f0f0f0f);
    Int8Steps.constant(a, SIGNS, 0x80808080);
    loads.begin();
    Label loop = new Label();
    a.bind(loop);
    switch (layout) {
      case Q4_0 -> {
        scale();
        drawAhead(1);
        loads.sixteen(0, WORK, 2);
        nibbles(0, 4, 0);
      }
      case Q8_0 -> {
        scale();
        drawAhead(1);
        bytes();
      }
      case Q4_K -> eightOf4K();
      case Q6_K -> eightOf6K();
    }
    loads.advance(layout.bytes);
    a.add(TO_WEIGHTS, layout.sharing * WEIGHT_BYTES);
    a.add(TO_NUMBERS, layout.sharing * Int8Scales.BLOCK_BYTES);
    a.sub(R8, layout.sharing);
    a.j(Condition.NOT_EQUAL, loop);
    loads.end();
    a.vzeroupper();
    a.ret();
  }

  /// Draws the stretch to come of some rows into the cache.
  private void drawAhead(int rows) {
    int stretch = layout.bytes * Int8Scales.BLOCKS / layout.sharing;
    for (int row = 0; row < rows; row++) {
      for (int at = 0; at < stretch; at += LINE) {
        a.prefetcht0(at(AHEAD, at));
      }
      a.add(AHEAD, RowLoads.STRIDE);
    }
  }

  private void put(int block, int i, Vec weights) {
    a.vmovups(at(TO_WEIGHTS, WEIGHT_BYTES * block + 64 * i), weights);
  }

  private void putNumber(int block, int region, Vec number) {
    a.vmovups(at(TO_NUMBERS, Int8Scales.BLOCK_BYTES * block + region), number);
  }

  private void scale() {
    loads.halves(NUMBER, WORK, 0);
    putNumber(0, Int8Scales.SCALES, Vec.zmm(NUMBER));
  }

  private void bytes() {
    loads.thirtyTwo(0, WORK, 2);
    for (int i = 0; i < 8; i++) {
      a.vpxord(Vec.zmm(i), Vec.zmm(i), SIGNS);
      put(0, i, Vec.zmm(i));
    }
  }

  /// Low halves of bytes are vectors from the block's first on, high halves those after them.
  private void nibbles(int block, int count, int from) {
    for (int i = 0; i < count; i++) {
      Vec low = Vec.zmm(from + i);
      Vec high = Vec.zmm(WORK + i);
      a.vpsrlw(high, low, 4);
      a.vpandd(low, low, LOW);
      a.vpandd(high, high, LOW);
      put(block, i, low);
      put(block, count + i, high);
    }
  }

  private void eightOf4K() {
    header4K();
    for (int pair = 0; pair < 4; pair++) {
      drawAhead(2);
      loads.thirtyTwo(0, WORK, 16 + 32 * pair);
      nibbles(2 * pair, 8, 0);
    }
  }

  /// Scales and minimums of Q4_K and Q5_K, which pack them alike.
  private void header4K() {
    loads.halves(NUMBER, WORK, 2);
    a.vpxord(Vec.zmm(NUMBER + 1), Vec.zmm(NUMBER), SIGN);
    loads.halves(NUMBER, WORK, 0);
    for (int s = 0; s < 8; s++) {
      putNumber(s, Int8Scales.SCALES, Vec.zmm(NUMBER));
      putNumber(s, Int8Scales.MINIMUM_SCALES, Vec.zmm(NUMBER + 1));
    }
    loads.sixteen(0, WORK, 0);
    Vec scales = Vec.zmm(1);
    Vec minimums = Vec.zmm(2);
    Vec rest = Vec.zmm(3);
    for (int s = 0; s < 4; s++) {
      sixBits(s, Int8Scales.FACTORS, scales);
      sixBits(s, Int8Scales.MINIMUMS, minimums);
      fourAndTwo(s, Int8Scales.FACTORS, 0, rest, scales);
      fourAndTwo(s, Int8Scales.MINIMUMS, 4, rest, minimums);
    }
  }

  /// The low 6 bits of a byte.
  private void sixBits(int s, int region, Vec from) {
    a.vpsrld(TEMPORARY, from, 8 * s);
    a.vpandd(TEMPORARY, TEMPORARY, SIX);
    a.vcvtdq2ps(TEMPORARY, TEMPORARY);
    putNumber(s, region, TEMPORARY);
  }

  /// 4 bits of a byte, and above them the high 2 bits of another.
  private void fourAndTwo(int s, int region, int shift, Vec four, Vec two) {
    Vec high = Vec.zmm(WORK);
    a.vpsrld(TEMPORARY, four, 8 * s + shift);
    a.vpandd(TEMPORARY, TEMPORARY, LOW);
    a.vpsrld(high, two, 8 * s + 2);
    a.vpandd(high, high, TOP);
    a.vpord(TEMPORARY, TEMPORARY, high);
    a.vpandd(TEMPORARY, TEMPORARY, SIX);
    a.vcvtdq2ps(TEMPORARY, TEMPORARY);
    putNumber(4 + s, region, TEMPORARY);
  }

  private void eightOf6K() {
    scales6K();
    for (int half = 0; half < 2; half++) {
      int high = 16;
      loads.thirtyTwo(high, WORK, 128 + 32 * half);
      for (int odd = 0; odd < 2; odd++) {
        drawAhead(2);
        loads.thirtyTwo(0, WORK, 64 * half + 32 * odd);
        for (int i = 0; i < 8; i++) {
          sixBits(4 * half + odd, i, Vec.zmm(high + i), odd);
        }
      }
    }
  }

  /// Low and high halves of a vector of bytes, each with its two high bits: weights of a block and
  /// of the one two further.
  private void sixBits(int block, int i, Vec high, int odd) {
    Vec low = Vec.zmm(i);
    Vec other = Vec.zmm(WORK + i);
    a.vpsrlw(other, low, 4);
    a.vpandd(low, low, LOW);
    a.vpandd(other, other, LOW);
    a.vpslld(TEMPORARY, high, odd == 0 ? 4 : 2);
    a.vpandd(TEMPORARY, TEMPORARY, TOP);
    a.vpord(low, low, TEMPORARY);
    put(block, i, low);
    a.vpsrld(TEMPORARY, high, odd == 0 ? 0 : 2);
    a.vpandd(TEMPORARY, TEMPORARY, TOP);
    a.vpord(other, other, TEMPORARY);
    put(block + 2, i, other);
  }

  private void scales6K() {
    loads.halves(NUMBER, WORK, 208);
    loads.sixteen(0, WORK, 192);
    for (int i = 0; i < 16; i++) {
      a.vpslld(BYTE, Vec.zmm(i / 4), 24 - 8 * (i % 4));
      a.vpsrad(BYTE, BYTE, 24);
      a.vcvtdq2ps(BYTE, BYTE);
      putNumber(i / 2, i % 2 == 0 ? Int8Scales.FACTORS : Int8Scales.SECOND_FACTORS, BYTE);
    }
    for (int s = 0; s < 8; s++) {
      putNumber(s, Int8Scales.SCALES, Vec.zmm(NUMBER));
    }
  }
}
