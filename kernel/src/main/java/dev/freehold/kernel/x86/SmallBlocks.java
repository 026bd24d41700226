package dev.freehold.kernel.x86;

import static dev.freehold.kernel.x86.Int8Scales.FACTORS;
import static dev.freehold.kernel.x86.Int8Scales.MINIMUMS;
import static dev.freehold.kernel.x86.Int8Scales.MINIMUM_SCALES;
import static dev.freehold.kernel.x86.Int8Scales.SCALES;

/// [RowBlocks] of the layouts with a scale of each 32 weights.
final class SmallBlocks extends RowBlocks {
  private static final int FIFTHS = 20;
  private static final Vec TABLE = Vec.zmm(16);
  private static final Vec ONE = Vec.zmm(17);
  private static final Vec SPREAD = Vec.zmm(18);
  private static final Vec FIFTH = Vec.zmm(19);
  private static final Vec SIGNS = Vec.zmm(16);

  SmallBlocks(Assembler a, RowLayout layout, RowLoads loads, Gp ahead, BlockSink sink) {
    super(a, layout, loads, ahead, sink);
  }

  @Override
  void constants() {
    Int8Steps.constant(a, LOW, 0x0f0f0f0f);
    switch (layout) {
      case Q8_0 -> Int8Steps.constant(a, SIGNS, 0x80808080);
      case IQ4_NL -> nonLinearTable(a, TABLE);
      // Twice the values, with 12 added.
      case MXFP4 -> {
        Int8Steps.table(a, TABLE, 0x1814_1210_0f0e_0d0cL, 0x0004_0608_090a_0b0cL);
        Int8Steps.constant(a, ONE, 1);
      }
      case Q4_1 -> Int8Steps.constant(a, ONE, Float.floatToRawIntBits(1));
      case Q5_0, Q5_1 -> {
        Int8Steps.constant(a, ONE, Float.floatToRawIntBits(1));
        Int8Steps.constant(a, SPREAD, 0x02040810);
        Int8Steps.constant(a, FIFTH, 0x10101010);
      }
      default -> {}
    }
  }

  @Override
  void read() {
    scale();
    drawAhead(1);
    switch (layout) {
      case Q8_0 -> bytes();
      case Q4_1 -> nibbles(4);
      case Q5_0 -> fiveBits(2);
      case Q5_1 -> fiveBits(4);
      case MXFP4 -> nibbles(1);
      default -> nibbles(2);
    }
  }

  private void scale() {
    if (layout == RowLayout.MXFP4) {
      powerOfTwo();
    } else {
      loads.halves(SCALE.number(), WORK, 0);
    }
    sink.number(0, SCALES, SCALE);
    if (layout.ending() == Int8Tile.Ending.MINIMUM) {
      Vec minimum = Vec.zmm(0);
      loads.halves(minimum.number(), WORK, 2);
      sink.number(0, MINIMUM_SCALES, minimum);
      sink.number(0, FACTORS, ONE);
      sink.number(0, MINIMUMS, ONE);
    }
  }

  /// `2^(e - 128)`: bits `(e - 1) << 23`, but `(e + 1) << 21`, which is denormal, for e of 0 and 1,
  /// where that is larger.
  private void powerOfTwo() {
    loads.bytes(SCALE.number(), WORK, 0);
    Vec normal = Vec.zmm(0);
    a.vpsubd(normal, SCALE, ONE);
    a.vpslld(normal, normal, 23);
    a.vpaddd(SCALE, SCALE, ONE);
    a.vpslld(SCALE, SCALE, 21);
    a.vpmaxsd(SCALE, SCALE, normal);
  }

  private void bytes() {
    loads.thirtyTwo(0, WORK, 2);
    for (int i = 0; i < 8; i++) {
      a.vpxord(Vec.zmm(i), Vec.zmm(i), SIGNS);
      sink.weights(0, i, Vec.zmm(i));
    }
    sink.end(0);
  }

  private void nibbles(int offset) {
    loads.sixteen(0, WORK, offset);
    for (int i = 0; i < 4; i++) {
      split(i);
    }
    if (layout == RowLayout.IQ4_NL || layout == RowLayout.MXFP4) {
      lookUp(TABLE, 4);
    }
    nibblesInOrder(0);
  }

  /// Nibbles with a fifth bit each, from 32 bits before them.
  private void fiveBits(int offset) {
    loads.sixteen(FIFTHS, WORK, offset);
    loads.sixteen(0, WORK, offset + 4);
    for (int i = 0; i < 4; i++) {
      split(i);
      addFifth(i, Vec.zmm(i));
      addFifth(4 + i, Vec.zmm(WORK + i));
    }
    nibblesInOrder(0);
  }

  /// Four bits become the fifth bits of four bytes.
  private void addFifth(int i, Vec weights) {
    a.vpslld(TEMPORARY, Vec.zmm(FIFTHS), 28 - 4 * i);
    a.vpsrld(TEMPORARY, TEMPORARY, 28);
    a.vpmulld(TEMPORARY, TEMPORARY, SPREAD);
    a.vpandd(TEMPORARY, TEMPORARY, FIFTH);
    a.vpord(weights, weights, TEMPORARY);
  }
}
