package dev.freehold.kernel;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/// What [PreparedDot] knows of its groups of rows and a stretch of blocks between its steps.
final class PreparedScratch {
  /// A multiple of eight.
  static final int BLOCKS = 32;

  private static final ValueLayout.OfShort U16 =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final int ROWS = PreparedLayout.ROWS;
  private static final int ALL = PreparedCall.GROUPS * ROWS;

  /// Sums of products: of group g's row r in block b at `(b * GROUPS + g) * 16 + r`, or in half
  /// block b.
  final float[] products = new float[2 * BLOCKS * ALL];

  /// The same before they are joined: sums of even and of odd columns, side by side.
  final short[] pairs = new short[4 * BLOCKS * ALL];

  /// Scale of group g's row r in block b, at `(g * BLOCKS + b) * 16 + r`; one that eight blocks
  /// share, for b the number of those eight. The same holds for the minimums' scales.
  final float[] scales = new float[BLOCKS * ALL];

  final float[] minScales = new float[BLOCKS * ALL];

  /// Sub-scales and minimums of group g, from `g * BLOCKS * 2 * 16` on, as they are stored.
  final float[] factors = new float[2 * BLOCKS * ALL];

  /// One group's numbers as they are stored.
  final short[] halves = new short[BLOCKS * ROWS];

  final short[] minHalves = new short[BLOCKS * ROWS];
  final byte[] bytes = new byte[16 * ROWS];

  int firstBlock;
  int blocks;

  void select(int newFirstBlock, int newBlocks) {
    firstBlock = newFirstBlock;
    blocks = newBlocks;
  }

  /// Reads the scales, sub-scales and minimums of a group's blocks.
  void readScales(PreparedCall call, int g) {
    long group = call.offset + call.delta(g);
    int to = g * BLOCKS * ROWS;
    int first = firstBlock;
    switch (call.layout) {
      case Q8_0 -> {
        int count = blocks * ROWS;
        MemorySegment.copy(call.weights, U16, group + first * 32L, halves, 0, count);
        widen(halves, scales, to, count);
      }
      case Q4_0 -> {
        for (int b = 0; b < blocks; b++) {
          long from = group + call.layout.scalesAt(first + b);
          MemorySegment.copy(call.weights, U16, from, halves, b * ROWS, ROWS);
        }
        widen(halves, scales, to, blocks * ROWS);
      }
      case Q4_K -> {
        int count = (blocks >> 3) * ROWS;
        for (int s = 0; s < blocks >> 3; s++) {
          long from = group + call.layout.scalesAt(first + 8 * s);
          MemorySegment.copy(call.weights, U16, from, halves, s * ROWS, ROWS);
          MemorySegment.copy(call.weights, U16, from + 32, minHalves, s * ROWS, ROWS);
          factors(call, from + 64, 2 * to + s * 256);
        }
        widen(halves, scales, to, count);
        widen(minHalves, minScales, to, count);
      }
      case Q6_K -> {
        for (int s = 0; s < blocks >> 3; s++) {
          long from = group + call.layout.scalesAt(first + 8 * s);
          MemorySegment.copy(call.weights, U16, from, halves, s * ROWS, ROWS);
          factors(call, from + 32, 2 * to + s * 256);
        }
        widen(halves, scales, to, (blocks >> 3) * ROWS);
      }
    }
  }

  private static void widen(short[] halves, float[] floats, int to, int count) {
    for (int i = 0; i < count; i++) {
      floats[to + i] = Float.float16ToFloat(halves[i]);
    }
  }

  /// The 256 bytes of sub-scales (and minimums) of 8 blocks as floats, 16 rows side by side.
  private void factors(PreparedCall call, long from, int to) {
    MemorySegment.copy(call.weights, ValueLayout.JAVA_BYTE, from, bytes, 0, 256);
    for (int i = 0; i < 256; i++) {
      factors[to + i] = bytes[i];
    }
  }
}
