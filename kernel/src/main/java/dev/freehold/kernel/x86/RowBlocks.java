package dev.freehold.kernel.x86;

import static dev.freehold.kernel.x86.Mem.at;

/// Writes code that reads blocks of 16 rows in a file's own layout: to weights as unsigned bytes and
/// to float32 numbers, a lane a row, for processors with AVX-512.
final class RowBlocks {
  private static final int LINE = 64;
  /// Of the block, where each has its own.
  static final Vec SCALE = Vec.zmm(24);

  private static final int NUMBER = 24;
  private static final int WORK = 8;
  private static final Vec BYTE = Vec.zmm(25);
  private static final Vec TEMPORARY = Vec.zmm(26);
  private static final Vec SIGN = Vec.zmm(28);
  private static final Vec TOP = Vec.zmm(29);
  private static final Vec LOW = Vec.zmm(30);
  private static final Vec SIGNS = Vec.zmm(31);

  private final Assembler a;
  private final RowLayout layout;
  private final RowLoads loads;
  private final Gp ahead;
  private final BlockSink sink;

  /// @param loads of the rows; its registers belong to this class, and vectors 0 to 15 and 24 to
  ///   31, for Q6_K and Q5_K also 16 to 23
  /// @param ahead points at rows that will be read soon; see [#drawAhead]
  RowBlocks(Assembler a, RowLayout layout, RowLoads loads, Gp ahead, BlockSink sink) {
    this.a = a;
    this.layout = layout;
    this.loads = loads;
    this.ahead = ahead;
    this.sink = sink;
  }

  /// Loads the numbers that stay in registers, by way of `rax`.
  void constants() {
    switch (layout) {
      case Q4_0 -> Int8Steps.constant(a, LOW, 0x0f0f0f0f);
      case Q8_0 -> Int8Steps.constant(a, SIGNS, 0x80808080);
      case Q4_K -> {
        Int8Steps.constant(a, LOW, 0x0f0f0f0f);
        Int8Steps.constant(a, TOP, 0x30303030);
        Int8Steps.constant(a, SIGN, 0x80000000);
      }
      case Q6_K -> {
        Int8Steps.constant(a, LOW, 0x0f0f0f0f);
        Int8Steps.constant(a, TOP, 0x30303030);
      }
    }
  }

  /// Reads the blocks that come together, and goes on to the next ones.
  void together() {
    switch (layout) {
      case Q4_0 -> {
        scale();
        drawAhead(1);
        loads.sixteen(0, WORK, 2);
        nibbles();
      }
      case Q8_0 -> {
        scale();
        drawAhead(1);
        bytes();
      }
      case Q4_K -> eightOf4K();
      case Q6_K -> eightOf6K();
    }
    loads.advance(layout.bytes());
  }

  /// Draws a stretch of some rows into the cache; after [Int8Scales#BLOCKS] blocks that is a
  /// stretch of all rows. A processor that sees 16 rows side by side does not foresee what comes.
  private void drawAhead(int rows) {
    for (int row = 0; row < rows; row++) {
      for (int at = 0; at < layout.stretchBytes(); at += LINE) {
        a.prefetcht0(at(ahead, at));
      }
      a.add(ahead, RowLoads.STRIDE);
    }
  }

  private void scale() {
    loads.halves(NUMBER, WORK, 0);
    sink.number(0, Int8Scales.SCALES, Vec.zmm(NUMBER));
  }

  private void bytes() {
    loads.thirtyTwo(0, WORK, 2);
    for (int i = 0; i < 8; i++) {
      a.vpxord(Vec.zmm(i), Vec.zmm(i), SIGNS);
      sink.weights(0, i, Vec.zmm(i));
    }
    sink.end(0);
  }

  /// Low and high halves of a block's bytes, in the order of columns.
  private void nibbles() {
    for (int i = 0; i < 4; i++) {
      split(i);
      sink.weights(0, i, Vec.zmm(i));
    }
    for (int i = 0; i < 4; i++) {
      sink.weights(0, 4 + i, Vec.zmm(WORK + i));
    }
    sink.end(0);
  }

  /// Low halves are one block's, high halves the next one's.
  private void nibblesOfTwo(int block) {
    for (int i = 0; i < 8; i++) {
      split(i);
      sink.weights(block, i, Vec.zmm(i));
      sink.weights(block + 1, i, Vec.zmm(WORK + i));
    }
    sink.end(block);
    sink.end(block + 1);
  }

  /// The low halves of bytes of vector i stay there, the high halves go to a vector of their own.
  private void split(int i) {
    Vec low = Vec.zmm(i);
    Vec high = Vec.zmm(WORK + i);
    a.vpsrlw(high, low, 4);
    a.vpandd(low, low, LOW);
    a.vpandd(high, high, LOW);
  }

  private void eightOf4K() {
    header4K();
    for (int pair = 0; pair < 4; pair++) {
      drawAhead(2);
      loads.thirtyTwo(0, WORK, 16 + 32 * pair);
      nibblesOfTwo(2 * pair);
    }
  }

  /// Scales and minimums of Q4_K and Q5_K, which pack them alike.
  private void header4K() {
    loads.halves(NUMBER, WORK, 2);
    a.vpxord(Vec.zmm(NUMBER + 1), Vec.zmm(NUMBER), SIGN);
    loads.halves(NUMBER, WORK, 0);
    for (int s = 0; s < 8; s++) {
      sink.number(s, Int8Scales.SCALES, Vec.zmm(NUMBER));
      sink.number(s, Int8Scales.MINIMUM_SCALES, Vec.zmm(NUMBER + 1));
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
    a.vpslld(TEMPORARY, from, 26 - 8 * s);
    a.vpsrld(TEMPORARY, TEMPORARY, 26);
    a.vcvtdq2ps(TEMPORARY, TEMPORARY);
    sink.number(s, region, TEMPORARY);
  }

  /// 4 bits of a byte, and above them the high 2 bits of another.
  private void fourAndTwo(int s, int region, int shift, Vec four, Vec two) {
    Vec high = Vec.zmm(WORK);
    a.vpsrld(TEMPORARY, four, 8 * s + shift);
    a.vpandd(TEMPORARY, TEMPORARY, LOW);
    a.vpsrld(high, two, 8 * s + 2);
    a.vpandd(high, high, TOP);
    a.vpord(TEMPORARY, TEMPORARY, high);
    a.vpslld(TEMPORARY, TEMPORARY, 26);
    a.vpsrld(TEMPORARY, TEMPORARY, 26);
    a.vcvtdq2ps(TEMPORARY, TEMPORARY);
    sink.number(4 + s, region, TEMPORARY);
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
        sink.end(4 * half + odd);
        sink.end(4 * half + odd + 2);
      }
    }
  }

  /// Low and high halves of a vector of bytes, each with its two high bits: weights of a block and
  /// of the one two further.
  private void sixBits(int block, int i, Vec high, int odd) {
    Vec low = Vec.zmm(i);
    Vec other = Vec.zmm(WORK + i);
    split(i);
    a.vpslld(TEMPORARY, high, odd == 0 ? 4 : 2);
    a.vpandd(TEMPORARY, TEMPORARY, TOP);
    a.vpord(low, low, TEMPORARY);
    sink.weights(block, i, low);
    a.vpsrld(TEMPORARY, high, odd == 0 ? 0 : 2);
    a.vpandd(TEMPORARY, TEMPORARY, TOP);
    a.vpord(other, other, TEMPORARY);
    sink.weights(block + 2, i, other);
  }

  private void scales6K() {
    loads.halves(NUMBER, WORK, 208);
    loads.sixteen(0, WORK, 192);
    for (int i = 0; i < 16; i++) {
      a.vpslld(BYTE, Vec.zmm(i / 4), 24 - 8 * (i % 4));
      a.vpsrad(BYTE, BYTE, 24);
      a.vcvtdq2ps(BYTE, BYTE);
      sink.number(i / 2, i % 2 == 0 ? Int8Scales.FACTORS : Int8Scales.SECOND_FACTORS, BYTE);
    }
    for (int s = 0; s < 8; s++) {
      sink.number(s, Int8Scales.SCALES, Vec.zmm(NUMBER));
    }
  }
}
