package dev.freehold.kernel.x86;

import static dev.freehold.kernel.x86.Int8Scales.FACTORS;
import static dev.freehold.kernel.x86.Int8Scales.MINIMUMS;
import static dev.freehold.kernel.x86.Int8Scales.MINIMUM_SCALES;
import static dev.freehold.kernel.x86.Int8Scales.SCALES;
import static dev.freehold.kernel.x86.Int8Scales.SECOND_FACTORS;

/// [RowBlocks] of the layouts with a scale of 256 weights and integer sub-scales; `s` counts their
/// eight blocks of 32.
final class LargeBlocks extends RowBlocks {
  /// High bits of 32 columns.
  private static final int HIGH = 16;

  private static final Vec SCALES_OF_ALL = Vec.zmm(24);
  private static final Vec NUMBER = Vec.zmm(25);
  private static final Vec SIGN = Vec.zmm(28);

  /// Where the high bits of weights go.
  private static final Vec TOP = Vec.zmm(29);

  private static final Vec TABLE = Vec.zmm(16);

  LargeBlocks(Assembler a, RowLayout layout, RowLoads loads, Gp ahead, BlockSink sink) {
    super(a, layout, loads, ahead, sink);
  }

  @Override
  void constants() {
    Int8Steps.constant(a, LOW, layout == RowLayout.Q3_K ? 0x03030303 : 0x0f0f0f0f);
    switch (layout) {
      case Q3_K, IQ4_XS -> Int8Steps.constant(a, TOP, 0x04040404);
      case Q5_K -> Int8Steps.constant(a, TOP, 0x10101010);
      case Q6_K -> Int8Steps.constant(a, TOP, 0x30303030);
      default -> {}
    }
    if (layout == RowLayout.IQ4_XS) {
      nonLinearTable(a, TABLE);
    }
    if (layout.ending() == Int8Tile.Ending.MINIMUM) {
      Int8Steps.constant(a, SIGN, 0x80000000);
    }
  }

  @Override
  void read() {
    switch (layout) {
      case Q3_K -> threeBits();
      case Q6_K -> sixBits();
      case IQ4_XS -> nonLinear();
      default -> withMinimums();
    }
  }

  /// The scale of all blocks.
  private void scales(int region, Vec scale) {
    for (int s = 0; s < 8; s++) {
      sink.number(s, region, scale);
    }
  }

  private void integer(int s, int region) {
    a.vcvtdq2ps(NUMBER, NUMBER);
    sink.number(s, region, NUMBER);
  }

  /// Bits of each lane, from `from` on, as a number, from its bit `to` on.
  private void bits(Vec number, Vec lanes, int from, int count, int to) {
    a.vpslld(number, lanes, 32 - from - count);
    a.vpsrld(number, number, 32 - count);
    if (to > 0) {
      a.vpslld(number, number, to);
    }
  }

  /// Q4_K and Q5_K.
  private void withMinimums() {
    header();
    boolean fifths = layout == RowLayout.Q5_K;
    if (fifths) {
      loads.thirtyTwo(HIGH, WORK, 16);
    }
    for (int pair = 0; pair < 4; pair++) {
      drawAhead(2);
      loads.thirtyTwo(0, WORK, (fifths ? 48 : 16) + 32 * pair);
      for (int i = 0; i < 8; i++) {
        split(i);
        if (fifths) {
          addHigh(Vec.zmm(i), Vec.zmm(HIGH + i), 4 - 2 * pair);
          addHigh(Vec.zmm(WORK + i), Vec.zmm(HIGH + i), 3 - 2 * pair);
        }
        sink.weights(2 * pair, i, Vec.zmm(i));
        sink.weights(2 * pair + 1, i, Vec.zmm(WORK + i));
      }
      sink.end(2 * pair);
      sink.end(2 * pair + 1);
    }
  }

  /// Adds high bits of weights, which are some bits further left or, if negative, right.
  private void addHigh(Vec weights, Vec high, int left) {
    if (left > 0) {
      a.vpslld(TEMPORARY, high, left);
    } else {
      a.vpsrld(TEMPORARY, high, -left);
    }
    a.vpandd(TEMPORARY, TEMPORARY, TOP);
    a.vpord(weights, weights, TEMPORARY);
  }

  /// Scales and minimums, which Q4_K and Q5_K pack alike.
  private void header() {
    loads.halves(SCALES_OF_ALL.number(), WORK, 0);
    scales(SCALES, SCALES_OF_ALL);
    loads.halves(NUMBER.number(), WORK, 2);
    a.vpxord(NUMBER, NUMBER, SIGN);
    scales(MINIMUM_SCALES, NUMBER);
    loads.sixteen(0, WORK, 0);
    for (int s = 0; s < 4; s++) {
      for (int region : new int[] {FACTORS, MINIMUMS}) {
        Vec six = Vec.zmm(region == FACTORS ? 1 : 2);
        bits(NUMBER, six, 8 * s, 6, 0);
        integer(s, region);
        bits(NUMBER, Vec.zmm(3), 8 * s + (region == FACTORS ? 0 : 4), 4, 0);
        bits(TEMPORARY, six, 8 * s + 6, 2, 4);
        a.vpord(NUMBER, NUMBER, TEMPORARY);
        integer(4 + s, region);
      }
    }
  }

  /// A sub-scale of Q3_K and IQ4_XS is stored with 32 added, which is bit 26 of [#TOP] at its
  /// place.
  private void lessThirtyTwo() {
    a.vpsrld(TEMPORARY, TOP, 21);
    a.vpsubd(NUMBER, NUMBER, TEMPORARY);
  }

  private static int factorsOfHalf(int i) {
    return i % 2 == 0 ? FACTORS : SECOND_FACTORS;
  }

  private void sixBits() {
    loads.halves(SCALES_OF_ALL.number(), WORK, 208);
    scales(SCALES, SCALES_OF_ALL);
    loads.sixteen(0, WORK, 192);
    for (int i = 0; i < 16; i++) {
      a.vpslld(NUMBER, Vec.zmm(i / 4), 24 - 8 * (i % 4));
      a.vpsrad(NUMBER, NUMBER, 24);
      integer(i / 2, factorsOfHalf(i));
    }
    for (int half = 0; half < 2; half++) {
      loads.thirtyTwo(HIGH, WORK, 128 + 32 * half);
      for (int odd = 0; odd < 2; odd++) {
        int s = 4 * half + odd;
        drawAhead(2);
        loads.thirtyTwo(0, WORK, 64 * half + 32 * odd);
        for (int i = 0; i < 8; i++) {
          split(i);
          addHigh(Vec.zmm(i), Vec.zmm(HIGH + i), 4 - 2 * odd);
          addHigh(Vec.zmm(WORK + i), Vec.zmm(HIGH + i), -2 * odd);
          sink.weights(s, i, Vec.zmm(i));
          sink.weights(s + 2, i, Vec.zmm(WORK + i));
        }
        sink.end(s);
        sink.end(s + 2);
      }
    }
  }

  private void threeBits() {
    loads.halves(SCALES_OF_ALL.number(), WORK, 108);
    scales(SCALES, SCALES_OF_ALL);
    loads.sixteen(0, WORK, 92);
    for (int i = 0; i < 16; i++) {
      bits(NUMBER, Vec.zmm(1 + i % 8 / 4), 8 * (i % 4) + 4 * (i / 8), 4, 0);
      bits(TEMPORARY, Vec.zmm(3), 8 * (i % 4) + 2 * (i / 4), 2, 4);
      a.vpord(NUMBER, NUMBER, TEMPORARY);
      lessThirtyTwo();
      integer(i / 2, factorsOfHalf(i));
    }
    loads.thirtyTwo(HIGH, WORK, 0);
    for (int s = 0; s < 8; s++) {
      drawAhead(1);
      if (s % 4 == 0) {
        loads.thirtyTwo(0, WORK, 32 + 8 * s);
      }
      for (int i = 0; i < 8; i++) {
        Vec weights = Vec.zmm(WORK + i);
        a.vpsrld(weights, Vec.zmm(i), 2 * (s % 4));
        a.vpandd(weights, weights, LOW);
        addHigh(weights, Vec.zmm(HIGH + i), 2 - s);
        sink.weights(s, i, weights);
      }
      sink.end(s);
    }
  }

  /// IQ4_XS.
  private void nonLinear() {
    loads.halves(SCALES_OF_ALL.number(), WORK, 0);
    scales(SCALES, SCALES_OF_ALL);
    loads.sixteen(0, WORK, 0);
    for (int s = 0; s < 8; s++) {
      bits(NUMBER, Vec.zmm(1), 4 * s, 4, 0);
      bits(TEMPORARY, Vec.zmm(0), 16 + 2 * s, 2, 4);
      a.vpord(NUMBER, NUMBER, TEMPORARY);
      lessThirtyTwo();
      integer(s, FACTORS);
      sink.number(s, SECOND_FACTORS, NUMBER);
    }
    for (int s = 0; s < 8; s++) {
      drawAhead(1);
      loads.sixteen(0, WORK, 8 + 16 * s);
      for (int i = 0; i < 4; i++) {
        split(i);
      }
      lookUp(TABLE, 4);
      nibblesInOrder(s);
    }
  }
}
