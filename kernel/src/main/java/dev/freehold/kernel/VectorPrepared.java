package dev.freehold.kernel;

import static jdk.incubator.vector.VectorOperators.ASHR;
import static jdk.incubator.vector.VectorOperators.I2F;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LSHR;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorSpecies;

/// [PreparedDot] with the Vector API; a template, see [VectorTemplates].
///
/// Lanes are rows, so nothing is joined; four groups of 16 rows share each load of an activation.
/// One loop over all vectors of a stretch of blocks leaves integer sums in the first cache, a
/// second one scales and adds them: loops without inner loops are those whose checks of bounds the
/// compiler takes out. Masks are read from the call, since the compiler loads constants again at
/// each use.
///
/// Bytes u become float32 by way of their bits: a float with exponent 8 and u in its bits 15 to 22
/// is `256 + u`; the sums of products with int8 stay below 2^24, and `(256 + 128)` times the sum of
/// the activations is taken off at the end. Nibbles are multiplied as 16-bit integers, two columns
/// to a lane of 32 bits: 16 products of at most 15 * 127 stay below 2^15. Those of Q6_K begin at
/// -32 times the sum of the activations, modulo 2^16, and end at 8 products of at most 32 * 127.
final class VectorPrepared implements PreparedDot {
  private static final VectorSpecies<Float> F = VectorTemplates.species(MethodHandles.lookup());
  private static final VectorSpecies<Integer> I = F.withLanes(int.class);
  private static final VectorSpecies<Short> S = F.withLanes(short.class);
  private static final int L = F.length();
  private static final ByteOrder LITTLE = ByteOrder.LITTLE_ENDIAN;
  private static final int BLOCK = Activations.BLOCK;
  private static final int ROWS = PreparedLayout.ROWS;
  private static final int GROUPS = PreparedCall.GROUPS;
  private static final int ALL = GROUPS * ROWS;
  private static final float BYTE_OFFSET = 256 + 128;

  @Override
  public void multiply(PreparedCall call, PreparedScratch scratch, float[] sums, int sumsAt) {
    for (int block = 0; block < call.blocks; block += PreparedScratch.BLOCKS) {
      scratch.select(block, Math.min(PreparedScratch.BLOCKS, call.blocks - block));
      for (int g = 0; g < GROUPS; g++) {
        scratch.readScales(call, g);
      }
      for (int row = 0; row < ROWS; row += L) {
        switch (call.layout) {
          case Q8_0 -> {
            bytes(call, scratch, row);
            addWithOffset(call, scratch, row, BYTE_OFFSET, sums, sumsAt);
          }
          case Q4_0 -> {
            nibbles(call, scratch, row);
            joinPairs(scratch, row, scratch.blocks * GROUPS);
            addWithOffset(call, scratch, row, 8, sums, sumsAt);
          }
          case Q4_K -> {
            nibbles(call, scratch, row);
            joinPairs(scratch, row, scratch.blocks * GROUPS);
            addWithMinimums(call, scratch, row, sums, sumsAt);
          }
          case Q6_K -> {
            sixBits(call, scratch, row);
            joinPairs(scratch, row, 2 * scratch.blocks * GROUPS);
            addHalves(call, scratch, row, sums, sumsAt);
          }
        }
      }
    }
  }

  /// Sums of the products of bytes: float32 integers, 256 + 128 times the activations too large.
  private static void bytes(PreparedCall call, PreparedScratch scratch, int row) {
    MemorySegment src = call.weights;
    int first = scratch.firstBlock;
    long bits = call.offset + call.layout.bitsAt(call.blocks, first) + 4 * row;
    long toB = call.delta(1);
    long toC = call.delta(2);
    long toD = call.delta(3);
    float[] x = call.x.floats();
    float[] products = scratch.products;
    int xAt = call.token * call.x.columns() + first * BLOCK;
    IntVector mantissa = IntVector.broadcast(I, call.mantissaMask);
    IntVector exponent = IntVector.broadcast(I, call.exponent);
    FloatVector zero = FloatVector.zero(F);
    FloatVector a = zero;
    FloatVector b = zero;
    FloatVector c = zero;
    FloatVector d = zero;
    int vectors = scratch.blocks * 8;
    for (int i = 0; i < vectors; i++) {
      long at = bits + i * 64L;
      int xi = xAt + 4 * i;
      IntVector t = IntVector.fromMemorySegment(I, src, at, LITTLE);
      IntVector u = IntVector.fromMemorySegment(I, src, at + toB, LITTLE);
      IntVector v = IntVector.fromMemorySegment(I, src, at + toC, LITTLE);
      IntVector w = IntVector.fromMemorySegment(I, src, at + toD, LITTLE);
      FloatVector s = FloatVector.broadcast(F, x[xi]);
      a = t.lanewise(LSHL, 15).and(mantissa).or(exponent).reinterpretAsFloats().fma(s, a);
      b = u.lanewise(LSHL, 15).and(mantissa).or(exponent).reinterpretAsFloats().fma(s, b);
      c = v.lanewise(LSHL, 15).and(mantissa).or(exponent).reinterpretAsFloats().fma(s, c);
      d = w.lanewise(LSHL, 15).and(mantissa).or(exponent).reinterpretAsFloats().fma(s, d);
      s = FloatVector.broadcast(F, x[xi + 1]);
      a = t.lanewise(LSHL, 7).and(mantissa).or(exponent).reinterpretAsFloats().fma(s, a);
      b = u.lanewise(LSHL, 7).and(mantissa).or(exponent).reinterpretAsFloats().fma(s, b);
      c = v.lanewise(LSHL, 7).and(mantissa).or(exponent).reinterpretAsFloats().fma(s, c);
      d = w.lanewise(LSHL, 7).and(mantissa).or(exponent).reinterpretAsFloats().fma(s, d);
      s = FloatVector.broadcast(F, x[xi + 2]);
      a = t.lanewise(LSHR, 1).and(mantissa).or(exponent).reinterpretAsFloats().fma(s, a);
      b = u.lanewise(LSHR, 1).and(mantissa).or(exponent).reinterpretAsFloats().fma(s, b);
      c = v.lanewise(LSHR, 1).and(mantissa).or(exponent).reinterpretAsFloats().fma(s, c);
      d = w.lanewise(LSHR, 1).and(mantissa).or(exponent).reinterpretAsFloats().fma(s, d);
      s = FloatVector.broadcast(F, x[xi + 3]);
      a = t.lanewise(LSHR, 9).and(mantissa).or(exponent).reinterpretAsFloats().fma(s, a);
      b = u.lanewise(LSHR, 9).and(mantissa).or(exponent).reinterpretAsFloats().fma(s, b);
      c = v.lanewise(LSHR, 9).and(mantissa).or(exponent).reinterpretAsFloats().fma(s, c);
      d = w.lanewise(LSHR, 9).and(mantissa).or(exponent).reinterpretAsFloats().fma(s, d);
      if ((i & 7) == 7) {
        int to = (i >> 3) * ALL + row;
        a.intoArray(products, to);
        b.intoArray(products, to + ROWS);
        c.intoArray(products, to + 2 * ROWS);
        d.intoArray(products, to + 3 * ROWS);
        a = zero;
        b = zero;
        c = zero;
        d = zero;
      }
    }
  }

  /// Sums of the products of nibbles.
  private static void nibbles(PreparedCall call, PreparedScratch scratch, int row) {
    MemorySegment src = call.weights;
    int first = scratch.firstBlock;
    long bits = call.offset + call.layout.bitsAt(call.blocks, first) + 4 * row;
    int record = Integer.numberOfTrailingZeros(4 * call.layout.records().recordBlocks());
    long gap = call.layout.records().recordScaleBytes();
    long toB = call.delta(1);
    long toC = call.delta(2);
    long toD = call.delta(3);
    int[] x = call.x.pairs();
    short[] pairs = scratch.pairs;
    int xAt = (call.token * call.x.columns() + first * BLOCK) / 2;
    ShortVector mask = IntVector.broadcast(I, call.nibbleMask).reinterpretAsShorts();
    ShortVector zero = IntVector.zero(I).reinterpretAsShorts();
    ShortVector a = zero;
    ShortVector b = zero;
    ShortVector c = zero;
    ShortVector d = zero;
    int vectors = scratch.blocks * 4;
    for (int i = 0; i < vectors; i++) {
      long at = bits + i * 64L + (i >> record) * gap;
      int xi = xAt + 4 * i;
      ShortVector t = IntVector.fromMemorySegment(I, src, at, LITTLE).reinterpretAsShorts();
      ShortVector u = IntVector.fromMemorySegment(I, src, at + toB, LITTLE).reinterpretAsShorts();
      ShortVector v = IntVector.fromMemorySegment(I, src, at + toC, LITTLE).reinterpretAsShorts();
      ShortVector w = IntVector.fromMemorySegment(I, src, at + toD, LITTLE).reinterpretAsShorts();
      ShortVector s = IntVector.broadcast(I, x[xi]).reinterpretAsShorts();
      a = a.add(t.and(mask).mul(s));
      b = b.add(u.and(mask).mul(s));
      c = c.add(v.and(mask).mul(s));
      d = d.add(w.and(mask).mul(s));
      s = IntVector.broadcast(I, x[xi + 1]).reinterpretAsShorts();
      a = a.add(t.lanewise(LSHR, 4).and(mask).mul(s));
      b = b.add(u.lanewise(LSHR, 4).and(mask).mul(s));
      c = c.add(v.lanewise(LSHR, 4).and(mask).mul(s));
      d = d.add(w.lanewise(LSHR, 4).and(mask).mul(s));
      s = IntVector.broadcast(I, x[xi + 2]).reinterpretAsShorts();
      a = a.add(t.lanewise(LSHR, 8).and(mask).mul(s));
      b = b.add(u.lanewise(LSHR, 8).and(mask).mul(s));
      c = c.add(v.lanewise(LSHR, 8).and(mask).mul(s));
      d = d.add(w.lanewise(LSHR, 8).and(mask).mul(s));
      s = IntVector.broadcast(I, x[xi + 3]).reinterpretAsShorts();
      a = a.add(t.lanewise(LSHR, 12).mul(s));
      b = b.add(u.lanewise(LSHR, 12).mul(s));
      c = c.add(v.lanewise(LSHR, 12).mul(s));
      d = d.add(w.lanewise(LSHR, 12).mul(s));
      if ((i & 3) == 3) {
        int to = 2 * ((i >> 2) * ALL + row);
        a.intoArray(pairs, to);
        b.intoArray(pairs, to + 2 * ROWS);
        c.intoArray(pairs, to + 4 * ROWS);
        d.intoArray(pairs, to + 6 * ROWS);
        a = zero;
        b = zero;
        c = zero;
        d = zero;
      }
    }
  }

  /// Makes float32 sums of the pairs of 16-bit integers that the loops above and below leave.
  private static void joinPairs(PreparedScratch scratch, int row, int count) {
    short[] pairs = scratch.pairs;
    float[] products = scratch.products;
    for (int i = 0; i < count; i++) {
      int at = i * ROWS + row;
      IntVector both = ShortVector.fromArray(S, pairs, 2 * at).reinterpretAsInts();
      IntVector low = both.lanewise(LSHL, 16).lanewise(ASHR, 16);
      IntVector sum = low.add(both.lanewise(ASHR, 16));
      ((FloatVector) sum.convert(I2F, 0)).intoArray(products, at);
    }
  }

  /// Sums of the products of the 6-bit numbers of each half block.
  private static void sixBits(PreparedCall call, PreparedScratch scratch, int row) {
    MemorySegment src = call.weights;
    int first = scratch.firstBlock;
    long bits = call.offset + call.layout.bitsAt(call.blocks, first) + 4 * row;
    long gap = call.layout.records().recordScaleBytes();
    long toB = call.delta(1);
    long toC = call.delta(2);
    long toD = call.delta(3);
    int[] x = call.x.pairs();
    short[] pairs = scratch.pairs;
    int xAt = (call.token * call.x.columns() + first * BLOCK) / 2;
    ShortVector mask = IntVector.broadcast(I, call.nibbleMask).reinterpretAsShorts();
    ShortVector top = IntVector.broadcast(I, call.highMask).reinterpretAsShorts();
    ShortVector zero = IntVector.zero(I).reinterpretAsShorts();
    ShortVector a = zero;
    ShortVector b = zero;
    ShortVector c = zero;
    ShortVector d = zero;
    int vectors = scratch.blocks * 4;
    for (int i = 0; i < vectors; i++) {
      long at = bits + i * 64L + (i >> 2) * 128L + (i >> 5) * gap;
      long highAt = at + 256 - (i & 1) * 64L - (i >> 1 & 1) * 64L;
      int shift = (i & 1) * 4;
      int xi = xAt + 4 * i;
      ShortVector t = IntVector.fromMemorySegment(I, src, at, LITTLE).reinterpretAsShorts();
      ShortVector u = IntVector.fromMemorySegment(I, src, at + toB, LITTLE).reinterpretAsShorts();
      ShortVector v = IntVector.fromMemorySegment(I, src, at + toC, LITTLE).reinterpretAsShorts();
      ShortVector w = IntVector.fromMemorySegment(I, src, at + toD, LITTLE).reinterpretAsShorts();
      IntVector k = IntVector.fromMemorySegment(I, src, highAt, LITTLE).lanewise(LSHR, shift);
      ShortVector tt = k.reinterpretAsShorts();
      IntVector l = IntVector.fromMemorySegment(I, src, highAt + toB, LITTLE).lanewise(LSHR, shift);
      ShortVector uu = l.reinterpretAsShorts();
      IntVector m = IntVector.fromMemorySegment(I, src, highAt + toC, LITTLE).lanewise(LSHR, shift);
      ShortVector vv = m.reinterpretAsShorts();
      IntVector n = IntVector.fromMemorySegment(I, src, highAt + toD, LITTLE).lanewise(LSHR, shift);
      ShortVector ww = n.reinterpretAsShorts();
      ShortVector s = IntVector.broadcast(I, x[xi]).reinterpretAsShorts();
      a = a.add(t.and(mask).or(tt.lanewise(LSHL, 4).and(top)).mul(s));
      b = b.add(u.and(mask).or(uu.lanewise(LSHL, 4).and(top)).mul(s));
      c = c.add(v.and(mask).or(vv.lanewise(LSHL, 4).and(top)).mul(s));
      d = d.add(w.and(mask).or(ww.lanewise(LSHL, 4).and(top)).mul(s));
      s = IntVector.broadcast(I, x[xi + 1]).reinterpretAsShorts();
      a = a.add(t.lanewise(LSHR, 4).and(mask).or(tt.lanewise(LSHL, 2).and(top)).mul(s));
      b = b.add(u.lanewise(LSHR, 4).and(mask).or(uu.lanewise(LSHL, 2).and(top)).mul(s));
      c = c.add(v.lanewise(LSHR, 4).and(mask).or(vv.lanewise(LSHL, 2).and(top)).mul(s));
      d = d.add(w.lanewise(LSHR, 4).and(mask).or(ww.lanewise(LSHL, 2).and(top)).mul(s));
      s = IntVector.broadcast(I, x[xi + 2]).reinterpretAsShorts();
      a = a.add(t.lanewise(LSHR, 8).and(mask).or(tt.lanewise(LSHR, 4).and(top)).mul(s));
      b = b.add(u.lanewise(LSHR, 8).and(mask).or(uu.lanewise(LSHR, 4).and(top)).mul(s));
      c = c.add(v.lanewise(LSHR, 8).and(mask).or(vv.lanewise(LSHR, 4).and(top)).mul(s));
      d = d.add(w.lanewise(LSHR, 8).and(mask).or(ww.lanewise(LSHR, 4).and(top)).mul(s));
      s = IntVector.broadcast(I, x[xi + 3]).reinterpretAsShorts();
      a = a.add(t.lanewise(LSHR, 12).or(tt.lanewise(LSHR, 6).and(top)).mul(s));
      b = b.add(u.lanewise(LSHR, 12).or(uu.lanewise(LSHR, 6).and(top)).mul(s));
      c = c.add(v.lanewise(LSHR, 12).or(vv.lanewise(LSHR, 6).and(top)).mul(s));
      d = d.add(w.lanewise(LSHR, 12).or(ww.lanewise(LSHR, 6).and(top)).mul(s));
      if ((i & 1) == 1) {
        int to = 2 * ((i >> 1) * ALL + row);
        s = IntVector.broadcast(I, call.x.pairStarts()[xi >> 3]).reinterpretAsShorts();
        a.add(s).intoArray(pairs, to);
        b.add(s).intoArray(pairs, to + 2 * ROWS);
        c.add(s).intoArray(pairs, to + 4 * ROWS);
        d.add(s).intoArray(pairs, to + 6 * ROWS);
        a = zero;
        b = zero;
        c = zero;
        d = zero;
      }
    }
  }

  /// Adds the blocks to the sums, for weights that were multiplied with an offset.
  private static void addWithOffset(
      PreparedCall call, PreparedScratch scratch, int row, float offset, float[] sums, int sumsAt) {
    int index = call.token * call.x.blocks() + scratch.firstBlock;
    float[] xScales = call.x.scales();
    float[] xSums = call.x.sums();
    for (int g = 0; g < GROUPS; g++) {
      int scalesAt = g * PreparedScratch.BLOCKS * ROWS + row;
      int productsAt = g * ROWS + row;
      FloatVector total = FloatVector.fromArray(F, sums, sumsAt + productsAt);
      for (int block = 0; block < scratch.blocks; block++) {
        FloatVector sum = FloatVector.fromArray(F, scratch.products, productsAt + block * ALL);
        FloatVector scales = FloatVector.fromArray(F, scratch.scales, scalesAt + block * ROWS);
        sum = sum.sub(offset * xSums[index + block]);
        total = sum.fma(scales.mul(xScales[index + block]), total);
      }
      total.intoArray(sums, sumsAt + productsAt);
    }
  }

  private static void addWithMinimums(
      PreparedCall call, PreparedScratch scratch, int row, float[] sums, int sumsAt) {
    int index = call.token * call.x.blocks() + scratch.firstBlock;
    float[] xScales = call.x.scales();
    float[] xSums = call.x.sums();
    FloatVector zero = FloatVector.zero(F);
    for (int g = 0; g < GROUPS; g++) {
      int scalesAt = g * PreparedScratch.BLOCKS * ROWS + row;
      int productsAt = g * ROWS + row;
      FloatVector total = FloatVector.fromArray(F, sums, sumsAt + productsAt);
      for (int block = 0; block < scratch.blocks; block++) {
        int sharedAt = scalesAt + (block >> 3) * ROWS;
        int factorsAt = 2 * (scalesAt - row) + ((block >> 3) * 16 + (block & 7)) * ROWS + row;
        float xScale = xScales[index + block];
        FloatVector sum =
            FloatVector.fromArray(F, scratch.factors, factorsAt)
                .fma(FloatVector.fromArray(F, scratch.products, productsAt + block * ALL), zero);
        total = sum.fma(FloatVector.fromArray(F, scratch.scales, sharedAt).mul(xScale), total);
        FloatVector least =
            FloatVector.fromArray(F, scratch.factors, factorsAt + 8 * ROWS)
                .fma(FloatVector.broadcast(F, xSums[index + block]), zero);
        FloatVector minScales = FloatVector.fromArray(F, scratch.minScales, sharedAt);
        total = least.fma(minScales.neg().mul(xScale), total);
      }
      total.intoArray(sums, sumsAt + productsAt);
    }
  }

  private static void addHalves(
      PreparedCall call, PreparedScratch scratch, int row, float[] sums, int sumsAt) {
    int index = call.token * call.x.blocks() + scratch.firstBlock;
    float[] xScales = call.x.scales();
    FloatVector zero = FloatVector.zero(F);
    for (int g = 0; g < GROUPS; g++) {
      int scalesAt = g * PreparedScratch.BLOCKS * ROWS + row;
      int productsAt = g * ROWS + row;
      FloatVector total = FloatVector.fromArray(F, sums, sumsAt + productsAt);
      for (int block = 0; block < scratch.blocks; block++) {
        int at = productsAt + 2 * block * ALL;
        int factorsAt = 2 * (scalesAt - row) + 2 * block * ROWS + row;
        FloatVector sum =
            FloatVector.fromArray(F, scratch.factors, factorsAt)
                .fma(FloatVector.fromArray(F, scratch.products, at), zero);
        sum =
            FloatVector.fromArray(F, scratch.factors, factorsAt + ROWS)
                .fma(FloatVector.fromArray(F, scratch.products, at + ALL), sum);
        int sharedAt = scalesAt + (block >> 3) * ROWS;
        FloatVector scales = FloatVector.fromArray(F, scratch.scales, sharedAt);
        total = sum.fma(scales.mul(xScales[index + block]), total);
      }
      total.intoArray(sums, sumsAt + productsAt);
    }
  }
}
