package dev.freehold.kernel;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandles;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/// [PreparedDot] with the Vector API; a template, see [VectorTemplates].
///
/// Lanes are rows, so nothing is joined. Bytes u become float32 by way of their bits: a float with
/// exponent 8 and u in its bits 15 to 22 is `256 + u`; the sums of products with int8 stay below
/// 2^24, and `(256 + 128)` times the sum of the activations is taken off at the end. Nibbles are
/// multiplied as 16-bit integers, two columns to a lane of 32 bits: 16 products of at most 15 * 127
/// stay below 2^15; so do four of the 6-bit numbers of Q6_K.
final class VectorPrepared implements PreparedDot {
  private static final VectorSpecies<Float> F = VectorTemplates.species(MethodHandles.lookup());
  private static final VectorSpecies<Integer> I = F.withLanes(int.class);
  private static final int L = F.length();
  private static final ByteOrder LITTLE = ByteOrder.LITTLE_ENDIAN;
  private static final ValueLayout.OfShort U16 = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(LITTLE);
  private static final int BLOCK = Activations.BLOCK;
  private static final int ROWS = PreparedLayout.ROWS;
  private static final int MANTISSA = 0xff << 15;
  private static final int EXPONENT = Float.floatToRawIntBits(256);
  private static final float BYTE_OFFSET = 256 + 128;

  @Override
  public void multiply(PreparedCall call, DirectScratch scratch, float[] sums, int sumsAt) {
    for (int block = 0; block < call.blocks; block += DirectScratch.BLOCKS) {
      scratch.select(ROWS, block, Math.min(DirectScratch.BLOCKS, call.blocks - block));
      readScales(call, scratch);
      for (int row = 0; row < ROWS; row += L) {
        switch (call.layout) {
          case Q8_0 -> q8(call, scratch, row, sums, sumsAt + row);
          case Q4_0 -> q4(call, scratch, row, sums, sumsAt + row);
          case Q4_K -> q4k(call, scratch, row, sums, sumsAt + row);
          case Q6_K -> q6k(call, scratch, row, sums, sumsAt + row);
        }
      }
    }
  }

  /// Scales of the scratch's blocks; those that eight blocks share stand at every eighth block.
  private static void readScales(PreparedCall call, DirectScratch scratch) {
    int shared = scratch.firstBlock >> 3;
    int first = scratch.firstBlock;
    switch (call.layout) {
      case Q8_0, Q4_0 -> {
        long from = call.offset + first * 32L;
        int count = scratch.blocks * ROWS;
        MemorySegment.copy(call.weights, U16, from, scratch.halves, 0, count);
        widen(scratch.halves, scratch.scales, count);
      }
      case Q4_K -> {
        int count = (scratch.blocks >> 3) * ROWS;
        for (int s = 0; s < scratch.blocks >> 3; s++) {
          long from = call.offset + (shared + s) * 320L;
          MemorySegment.copy(call.weights, U16, from, scratch.halves, s * ROWS, ROWS);
          MemorySegment.copy(call.weights, U16, from + 32, scratch.minHalves, s * ROWS, ROWS);
        }
        widen(scratch.halves, scratch.scales, count);
        widen(scratch.minHalves, scratch.minScales, count);
      }
      case Q6_K -> {
        for (int s = 0; s < scratch.blocks >> 3; s++) {
          long from = call.offset + (shared + s) * 288L;
          MemorySegment.copy(call.weights, U16, from, scratch.halves, s * ROWS, ROWS);
        }
        widen(scratch.halves, scratch.scales, (scratch.blocks >> 3) * ROWS);
      }
    }
  }

  private static void widen(short[] halves, float[] floats, int count) {
    for (int i = 0; i < count; i++) {
      floats[i] = Float.float16ToFloat(halves[i]);
    }
  }

  private static float halves(Activations x, int index) {
    return x.halfSums()[2 * index] + x.halfSums()[2 * index + 1];
  }

  private static void q8(
      PreparedCall call, DirectScratch scratch, int row, float[] sums, int sumsAt) {
    MemorySegment src = call.weights;
    int first = scratch.firstBlock;
    long bits = call.offset + call.layout.bitsAt(call.blocks) + first * 512L + 4 * row;
    float[] x = call.x.floats();
    int xAt = call.token * call.x.columns() + first * BLOCK;
    int index = call.token * call.x.blocks() + first;
    FloatVector total = FloatVector.fromArray(F, sums, sumsAt);
    for (int block = 0; block < scratch.blocks; block++) {
      FloatVector a = FloatVector.zero(F);
      FloatVector b = FloatVector.zero(F);
      FloatVector c = FloatVector.zero(F);
      FloatVector d = FloatVector.zero(F);
      long from = bits + block * 512L;
      int xk = xAt + block * BLOCK;
      for (int i = 0; i < 8; i += 4) {
        long at = from + i * 64;
        int xi = xk + 4 * i;
        IntVector v = IntVector.fromMemorySegment(I, src, at, LITTLE);
        IntVector w = v.lanewise(VectorOperators.LSHL, 15).and(MANTISSA).or(EXPONENT);
        a = w.reinterpretAsFloats().fma(FloatVector.broadcast(F, x[xi]), a);
        w = v.lanewise(VectorOperators.LSHL, 7).and(MANTISSA).or(EXPONENT);
        b = w.reinterpretAsFloats().fma(FloatVector.broadcast(F, x[xi + 1]), b);
        w = v.lanewise(VectorOperators.LSHR, 1).and(MANTISSA).or(EXPONENT);
        c = w.reinterpretAsFloats().fma(FloatVector.broadcast(F, x[xi + 2]), c);
        w = v.lanewise(VectorOperators.LSHR, 9).and(MANTISSA).or(EXPONENT);
        d = w.reinterpretAsFloats().fma(FloatVector.broadcast(F, x[xi + 3]), d);
        v = IntVector.fromMemorySegment(I, src, at + 64, LITTLE);
        w = v.lanewise(VectorOperators.LSHL, 15).and(MANTISSA).or(EXPONENT);
        a = w.reinterpretAsFloats().fma(FloatVector.broadcast(F, x[xi + 4]), a);
        w = v.lanewise(VectorOperators.LSHL, 7).and(MANTISSA).or(EXPONENT);
        b = w.reinterpretAsFloats().fma(FloatVector.broadcast(F, x[xi + 5]), b);
        w = v.lanewise(VectorOperators.LSHR, 1).and(MANTISSA).or(EXPONENT);
        c = w.reinterpretAsFloats().fma(FloatVector.broadcast(F, x[xi + 6]), c);
        w = v.lanewise(VectorOperators.LSHR, 9).and(MANTISSA).or(EXPONENT);
        d = w.reinterpretAsFloats().fma(FloatVector.broadcast(F, x[xi + 7]), d);
        v = IntVector.fromMemorySegment(I, src, at + 128, LITTLE);
        w = v.lanewise(VectorOperators.LSHL, 15).and(MANTISSA).or(EXPONENT);
        a = w.reinterpretAsFloats().fma(FloatVector.broadcast(F, x[xi + 8]), a);
        w = v.lanewise(VectorOperators.LSHL, 7).and(MANTISSA).or(EXPONENT);
        b = w.reinterpretAsFloats().fma(FloatVector.broadcast(F, x[xi + 9]), b);
        w = v.lanewise(VectorOperators.LSHR, 1).and(MANTISSA).or(EXPONENT);
        c = w.reinterpretAsFloats().fma(FloatVector.broadcast(F, x[xi + 10]), c);
        w = v.lanewise(VectorOperators.LSHR, 9).and(MANTISSA).or(EXPONENT);
        d = w.reinterpretAsFloats().fma(FloatVector.broadcast(F, x[xi + 11]), d);
        v = IntVector.fromMemorySegment(I, src, at + 192, LITTLE);
        w = v.lanewise(VectorOperators.LSHL, 15).and(MANTISSA).or(EXPONENT);
        a = w.reinterpretAsFloats().fma(FloatVector.broadcast(F, x[xi + 12]), a);
        w = v.lanewise(VectorOperators.LSHL, 7).and(MANTISSA).or(EXPONENT);
        b = w.reinterpretAsFloats().fma(FloatVector.broadcast(F, x[xi + 13]), b);
        w = v.lanewise(VectorOperators.LSHR, 1).and(MANTISSA).or(EXPONENT);
        c = w.reinterpretAsFloats().fma(FloatVector.broadcast(F, x[xi + 14]), c);
        w = v.lanewise(VectorOperators.LSHR, 9).and(MANTISSA).or(EXPONENT);
        d = w.reinterpretAsFloats().fma(FloatVector.broadcast(F, x[xi + 15]), d);
      }
      FloatVector sum = a.add(b).add(c.add(d)).sub(BYTE_OFFSET * halves(call.x, index + block));
      FloatVector scales = FloatVector.fromArray(F, scratch.scales, block * ROWS + row);
      total = sum.fma(scales.mul(call.x.scales()[index + block]), total);
    }
    total.intoArray(sums, sumsAt);
  }

  /// Sums of the products of nibbles, as integers, for all blocks of the scratch.
  private static void nibbles(PreparedCall call, DirectScratch scratch, int row) {
    MemorySegment src = call.weights;
    int first = scratch.firstBlock;
    long bits = call.offset + call.layout.bitsAt(call.blocks) + first * 256L + 4 * row;
    int[] x = call.x.pairs();
    int xAt = (call.token * call.x.columns() + first * BLOCK) / 2;
    for (int block = 0; block < scratch.blocks; block++) {
      long from = bits + block * 256L;
      ShortVector a = IntVector.zero(I).reinterpretAsShorts();
      ShortVector b = IntVector.zero(I).reinterpretAsShorts();
      for (int i = 0; i < 4; i++) {
        int xk = xAt + block * 16 + 4 * i;
        ShortVector v =
            IntVector.fromMemorySegment(I, src, from + i * 64, LITTLE).reinterpretAsShorts();
        ShortVector w = v.and((short) 15);
        a = a.add(w.mul(IntVector.broadcast(I, x[xk]).reinterpretAsShorts()));
        w = v.lanewise(VectorOperators.LSHR, 4).and((short) 15);
        b = b.add(w.mul(IntVector.broadcast(I, x[xk + 1]).reinterpretAsShorts()));
        w = v.lanewise(VectorOperators.LSHR, 8).and((short) 15);
        a = a.add(w.mul(IntVector.broadcast(I, x[xk + 2]).reinterpretAsShorts()));
        w = v.lanewise(VectorOperators.LSHR, 12);
        b = b.add(w.mul(IntVector.broadcast(I, x[xk + 3]).reinterpretAsShorts()));
      }
      IntVector both = a.add(b).reinterpretAsInts();
      IntVector low = both.lanewise(VectorOperators.LSHL, 16).lanewise(VectorOperators.ASHR, 16);
      IntVector sum = low.add(both.lanewise(VectorOperators.ASHR, 16));
      ((FloatVector) sum.convert(VectorOperators.I2F, 0))
          .intoArray(scratch.products, block * ROWS + row);
    }
  }

  private static void q4(
      PreparedCall call, DirectScratch scratch, int row, float[] sums, int sumsAt) {
    nibbles(call, scratch, row);
    int index = call.token * call.x.blocks() + scratch.firstBlock;
    FloatVector total = FloatVector.fromArray(F, sums, sumsAt);
    for (int block = 0; block < scratch.blocks; block++) {
      int at = block * ROWS + row;
      FloatVector sum =
          FloatVector.fromArray(F, scratch.products, at).sub(8 * halves(call.x, index + block));
      FloatVector scales = FloatVector.fromArray(F, scratch.scales, at);
      total = sum.fma(scales.mul(call.x.scales()[index + block]), total);
    }
    total.intoArray(sums, sumsAt);
  }

  private static void q4k(
      PreparedCall call, DirectScratch scratch, int row, float[] sums, int sumsAt) {
    nibbles(call, scratch, row);
    factors(call, scratch);
    int index = call.token * call.x.blocks() + scratch.firstBlock;
    FloatVector total = FloatVector.fromArray(F, sums, sumsAt);
    FloatVector zero = FloatVector.zero(F);
    for (int block = 0; block < scratch.blocks; block++) {
      int at = block * ROWS + row;
      int sharedAt = (block >> 3) * ROWS + row;
      int factorAt = ((block >> 3) * 16 + (block & 7)) * ROWS + row;
      float scale = call.x.scales()[index + block];
      FloatVector sum =
          FloatVector.fromArray(F, scratch.halfFactors, factorAt)
              .fma(FloatVector.fromArray(F, scratch.products, at), zero);
      FloatVector scales = FloatVector.fromArray(F, scratch.scales, sharedAt);
      total = sum.fma(scales.mul(scale), total);
      FloatVector least =
          FloatVector.fromArray(F, scratch.halfFactors, factorAt + 8 * ROWS)
              .fma(FloatVector.broadcast(F, halves(call.x, index + block)), zero);
      FloatVector minScales = FloatVector.fromArray(F, scratch.minScales, sharedAt);
      total = least.fma(minScales.neg().mul(scale), total);
    }
    total.intoArray(sums, sumsAt);
  }

  /// The 256 bytes of sub-scales (and minimums) of each 8 blocks as floats, 16 rows side by side.
  private static void factors(PreparedCall call, DirectScratch scratch) {
    boolean q6 = call.layout == PreparedLayout.Q6_K;
    int stride = q6 ? 288 : 320;
    int skip = q6 ? 32 : 64;
    int shared = scratch.firstBlock >> 3;
    for (int s = 0; s < scratch.blocks >> 3; s++) {
      long from = call.offset + (long) (shared + s) * stride + skip;
      MemorySegment.copy(call.weights, ValueLayout.JAVA_BYTE, from, scratch.bytes, s * 256, 256);
    }
    for (int i = 0; i < (scratch.blocks >> 3) * 256; i++) {
      scratch.halfFactors[i] = scratch.bytes[i];
    }
  }

  private static void q6k(
      PreparedCall call, DirectScratch scratch, int row, float[] sums, int sumsAt) {
    factors(call, scratch);
    for (int half = 0; half < 2; half++) {
      sixBits(call, scratch, row, half);
    }
    int index = call.token * call.x.blocks() + scratch.firstBlock;
    FloatVector total = FloatVector.fromArray(F, sums, sumsAt);
    FloatVector zero = FloatVector.zero(F);
    for (int block = 0; block < scratch.blocks; block++) {
      int at = block * 2 * ROWS + row;
      float lowHalf = 32f * call.x.halfSums()[2 * (index + block)];
      float highHalf = 32f * call.x.halfSums()[2 * (index + block) + 1];
      FloatVector sum =
          FloatVector.fromArray(F, scratch.halfFactors, at)
              .fma(FloatVector.fromArray(F, scratch.products, at).sub(lowHalf), zero);
      sum =
          FloatVector.fromArray(F, scratch.halfFactors, at + ROWS)
              .fma(FloatVector.fromArray(F, scratch.products, at + ROWS).sub(highHalf), sum);
      FloatVector scales = FloatVector.fromArray(F, scratch.scales, (block >> 3) * ROWS + row);
      total = sum.fma(scales.mul(call.x.scales()[index + block]), total);
    }
    total.intoArray(sums, sumsAt);
  }

  /// Sums of the products of the 6-bit numbers of one half of each block, as integers.
  private static void sixBits(PreparedCall call, DirectScratch scratch, int row, int half) {
    MemorySegment src = call.weights;
    int first = scratch.firstBlock;
    long place = call.offset + 4 * row;
    long bits = place + call.layout.bitsAt(call.blocks) + first * 256L + half * 128;
    long highBits = place + call.layout.highBitsAt(call.blocks) + first * 128L + half * 64;
    int[] x = call.x.pairs();
    int xAt = (call.token * call.x.columns() + first * BLOCK) / 2 + half * 8;
    for (int block = 0; block < scratch.blocks; block++) {
      long from = bits + block * 256L;
      int xk = xAt + block * 16;
      ShortVector high =
          IntVector.fromMemorySegment(I, src, highBits + block * 128L, LITTLE)
              .reinterpretAsShorts();
      ShortVector v = IntVector.fromMemorySegment(I, src, from, LITTLE).reinterpretAsShorts();
      ShortVector w = v.and((short) 15).or(high.lanewise(VectorOperators.LSHL, 4).and((short) 48));
      ShortVector sum = w.mul(IntVector.broadcast(I, x[xk]).reinterpretAsShorts());
      w =
          v.lanewise(VectorOperators.LSHR, 4)
              .and((short) 15)
              .or(high.lanewise(VectorOperators.LSHL, 2).and((short) 48));
      sum = sum.add(w.mul(IntVector.broadcast(I, x[xk + 1]).reinterpretAsShorts()));
      w =
          v.lanewise(VectorOperators.LSHR, 8)
              .and((short) 15)
              .or(high.lanewise(VectorOperators.LSHR, 4).and((short) 48));
      sum = sum.add(w.mul(IntVector.broadcast(I, x[xk + 2]).reinterpretAsShorts()));
      w =
          v.lanewise(VectorOperators.LSHR, 12)
              .or(high.lanewise(VectorOperators.LSHR, 6).and((short) 48));
      sum = sum.add(w.mul(IntVector.broadcast(I, x[xk + 3]).reinterpretAsShorts()));
      IntVector both = sum.reinterpretAsInts();
      IntVector all =
          both.lanewise(VectorOperators.LSHL, 16)
              .lanewise(VectorOperators.ASHR, 16)
              .add(both.lanewise(VectorOperators.ASHR, 16));

      v = IntVector.fromMemorySegment(I, src, from + 64, LITTLE).reinterpretAsShorts();
      w = v.and((short) 15).or(high.and((short) 48));
      sum = w.mul(IntVector.broadcast(I, x[xk + 4]).reinterpretAsShorts());
      w =
          v.lanewise(VectorOperators.LSHR, 4)
              .and((short) 15)
              .or(high.lanewise(VectorOperators.LSHR, 2).and((short) 48));
      sum = sum.add(w.mul(IntVector.broadcast(I, x[xk + 5]).reinterpretAsShorts()));
      w =
          v.lanewise(VectorOperators.LSHR, 8)
              .and((short) 15)
              .or(high.lanewise(VectorOperators.LSHR, 8).and((short) 48));
      sum = sum.add(w.mul(IntVector.broadcast(I, x[xk + 6]).reinterpretAsShorts()));
      w =
          v.lanewise(VectorOperators.LSHR, 12)
              .or(high.lanewise(VectorOperators.LSHR, 10).and((short) 48));
      sum = sum.add(w.mul(IntVector.broadcast(I, x[xk + 7]).reinterpretAsShorts()));
      both = sum.reinterpretAsInts();
      all =
          all.add(both.lanewise(VectorOperators.ASHR, 16))
              .add(both.lanewise(VectorOperators.LSHL, 16).lanewise(VectorOperators.ASHR, 16));
      ((FloatVector) all.convert(VectorOperators.I2F, 0))
          .intoArray(scratch.products, (block * 2 + half) * ROWS + row);
    }
  }

  @Override
  public void unpack(PreparedCall call, DirectScratch scratch, Panel panel, int row) {
    scratch.select(ROWS, panel.firstBlock, panel.blocks);
    readScales(call, scratch);
    panel.hasMinimums = call.layout == PreparedLayout.Q4_K;
    boolean shared = call.layout == PreparedLayout.Q4_K || call.layout == PreparedLayout.Q6_K;
    if (shared) {
      factors(call, scratch);
    }
    for (int b = 0; b < panel.blocks; b++) {
      int at = b * Panel.ROWS + row;
      int scalesAt = shared ? (b >> 3) * ROWS : b * ROWS;
      System.arraycopy(scratch.scales, scalesAt, panel.scales, at, ROWS);
      if (panel.hasMinimums) {
        int minimumsAt = ((b >> 3) * 16 + 8 + (b & 7)) * ROWS;
        System.arraycopy(scratch.halfFactors, minimumsAt, panel.lowMinimums, at, ROWS);
        System.arraycopy(scratch.halfFactors, minimumsAt, panel.highMinimums, at, ROWS);
        for (int r = 0; r < ROWS; r++) {
          panel.minScales[at + r] = -scratch.minScales[scalesAt + r];
        }
      }
      for (int part = 0; part < ROWS; part += L) {
        if (call.layout == PreparedLayout.Q8_0) {
          unpackBytes(call, scratch, b, part);
        } else {
          unpackNibbles(call, scratch, b, part);
        }
      }
      transpose(scratch.products, panel.weights, Panel.at(b, row));
    }
  }

  /// From `[32][16 rows]` to rows.
  private static void transpose(float[] columns, float[] weights, int at) {
    for (int r = 0; r < ROWS; r++) {
      for (int k = 0; k < BLOCK; k++) {
        weights[at + r * BLOCK + k] = columns[k * ROWS + r];
      }
    }
  }

  private static void unpackBytes(PreparedCall call, DirectScratch scratch, int b, int row) {
    long bits = call.offset + call.layout.bitsAt(call.blocks);
    long from = bits + (scratch.firstBlock + b) * 512L + 4 * row;
    for (int k = 0; k < BLOCK; k++) {
      IntVector v = IntVector.fromMemorySegment(I, call.weights, from + 64 * (k >> 2), LITTLE);
      v = v.lanewise(VectorOperators.LSHR, 8 * (k & 3)).and(255).sub(128);
      ((FloatVector) v.convert(VectorOperators.I2F, 0)).intoArray(scratch.products, k * ROWS + row);
    }
  }

  private static void unpackNibbles(PreparedCall call, DirectScratch scratch, int b, int row) {
    PreparedLayout layout = call.layout;
    int block = scratch.firstBlock + b;
    long from = call.offset + layout.bitsAt(call.blocks) + block * 256L + 4 * row;
    long highFrom = call.offset + layout.highBitsAt(call.blocks) + block * 128L + 4 * row;
    for (int k = 0; k < BLOCK; k++) {
      IntVector v = IntVector.fromMemorySegment(I, call.weights, from + 64 * (k >> 3), LITTLE);
      v = v.lanewise(VectorOperators.LSHR, 8 * (k & 3) + (k & 4)).and(15);
      if (layout == PreparedLayout.Q6_K) {
        IntVector high =
            IntVector.fromMemorySegment(I, call.weights, highFrom + 64 * (k >> 4), LITTLE);
        int shift = 8 * (k & 3) + 2 * (k >> 2 & 3);
        high = high.lanewise(VectorOperators.LSHR, shift).and(3);
        v = v.or(high.lanewise(VectorOperators.LSHL, 4)).sub(32);
      } else if (layout == PreparedLayout.Q4_0) {
        v = v.sub(8);
      }
      FloatVector w = (FloatVector) v.convert(VectorOperators.I2F, 0);
      if (layout == PreparedLayout.Q6_K) {
        int at = (b * 2 + (k >> 4)) * ROWS + row;
        w = w.mul(FloatVector.fromArray(F, scratch.halfFactors, at));
      } else if (layout == PreparedLayout.Q4_K) {
        int at = ((b >> 3) * 16 + (b & 7)) * ROWS + row;
        w = w.mul(FloatVector.fromArray(F, scratch.halfFactors, at));
      }
      w.intoArray(scratch.products, k * ROWS + row);
    }
  }
}
