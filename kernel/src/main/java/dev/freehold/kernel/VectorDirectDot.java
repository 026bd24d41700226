package dev.freehold.kernel;

import dev.freehold.tensor.Dtype;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandles;
import java.nio.ByteOrder;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/// [DirectDot] with the Vector API; a template, see [VectorTemplates].
///
/// Two steps with the first cache between them: the products of four rows in a block are summed
/// into a vector each, which a tree of exact additions that transposes as it goes begins to join;
/// then the tree ends with one sum in a lane for each row, and one fma per block adds them. All
/// sums of a block are integers below 2^24, exact in any order. Weights that are stored with an
/// offset (Q4_0: 8) are multiplied as stored; the offset times the sum of the activations is taken
/// off the joined sums.
final class VectorDirectDot implements DirectDot {
  private static final VectorSpecies<Float> F = VectorTemplates.species(MethodHandles.lookup());
  private static final VectorSpecies<Integer> I = F.withLanes(int.class);
  private static final int L = F.length();
  private static final VectorSpecies<Byte> B =
      VectorSpecies.of(byte.class, VectorShape.forBitSize(Math.max(64, 8 * L)));
  private static final ValueLayout.OfShort U16 =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final int BLOCK = Activations.BLOCK;
  private static final int ROWS = DirectScratch.ROWS;

  /// Sums that are left of a block of 16 rows when the first joins are done.
  private static final int PARTS = 4 * ROWS;

  private static final VectorMask<Float> UPPER8 = upper(8 % L);
  private static final VectorMask<Float> UPPER4 = upper(4 % L);
  private static final VectorMask<Float> UPPER2 = upper(2);
  private static final VectorMask<Float> UPPER1 = upper(1);
  private static final VectorShuffle<Float> SWAP8 = swap(8 % L);
  private static final VectorShuffle<Float> SWAP4 = swap(4 % L);
  private static final VectorShuffle<Float> SWAP2 = swap(2);
  private static final VectorShuffle<Float> SWAP1 = swap(1);

  /// The lanes whose number has this bit.
  private static VectorMask<Float> upper(int bit) {
    long lanes = 0;
    for (int i = 0; i < L; i++) {
      lanes |= (i & bit) != 0 ? 1L << i : 0;
    }
    return VectorMask.fromLong(F, lanes);
  }

  /// Exchanges the lanes whose numbers differ in this bit.
  private static VectorShuffle<Float> swap(int bit) {
    return VectorShuffle.fromOp(F, i -> i ^ bit);
  }

  @Override
  public boolean takes(Dtype dtype) {
    return L > 4
        && switch (dtype) {
          case Q8_0, Q4_0, Q4_K, Q6_K -> true;
          default -> false;
        };
  }

  @Override
  public void readScales(
      Dtype dtype, MemorySegment weights, long offset, long rowBytes, DirectScratch scratch) {
    for (int r = 0; r < scratch.rows; r++) {
      long row = offset + r * rowBytes;
      int lane = DirectScratch.lane(r);
      switch (dtype) {
        case Q4_K -> {
          sharedHalves(weights, row, 144, scratch.halves, lane, scratch);
          sharedHalves(weights, row + 2, 144, scratch.minHalves, lane, scratch);
          subScales(weights, row + 4, lane, scratch);
        }
        case Q6_K -> {
          sharedHalves(weights, row + 208, 210, scratch.halves, lane, scratch);
          halfFactors(weights, row + 192, lane, scratch);
        }
        default -> {}
      }
    }
    scratch.offset = dtype == Dtype.Q4_0 ? 8 : 0;
    if (dtype == Dtype.Q4_K) {
      widen(scratch.minHalves, scratch.minScales, scratch.blocks * ROWS);
    }
  }

  /// Scales that eight blocks share.
  private static void sharedHalves(
      MemorySegment src, long row, int bytes, short[] to, int lane, DirectScratch scratch) {
    for (int b = 0; b < scratch.blocks; b += 8) {
      short half = src.get(U16, row + (long) (scratch.firstBlock + b >> 3) * bytes);
      for (int s = b; s < b + 8; s++) {
        to[s * ROWS + lane] = half;
      }
    }
  }

  private static void widen(short[] halves, float[] floats, int count) {
    for (int i = 0; i < count; i++) {
      floats[i] = Float.float16ToFloat(halves[i]);
    }
  }

  /// Sub-scales and minimums of Q4_K, four to an int; see [KFormat#subScale].
  private static void subScales(MemorySegment src, long row, int lane, DirectScratch scratch) {
    for (int b = 0; b < scratch.blocks; b += 8) {
      long at = row + (scratch.firstBlock + b >> 3) * 144L;
      int first = BlockBytes.u32(src, at);
      int second = BlockBytes.u32(src, at + 4);
      int third = BlockBytes.u32(src, at + 8);
      int to = b / 4 * ROWS + lane;
      scratch.factors[to] = first & 0x3f3f3f3f;
      scratch.minimums[to] = second & 0x3f3f3f3f;
      scratch.factors[to + ROWS] = third & 0x0f0f0f0f | first >>> 2 & 0x30303030;
      scratch.minimums[to + ROWS] = third >>> 4 & 0x0f0f0f0f | second >>> 2 & 0x30303030;
    }
  }

  /// The 16 int8 sub-scales of each block of Q6_K.
  private static void halfFactors(MemorySegment src, long row, int lane, DirectScratch scratch) {
    for (int b = 0; b < scratch.blocks; b += 8) {
      long at = row + (scratch.firstBlock + b >> 3) * 210L;
      int to = (lane * DirectScratch.BLOCKS + b) * 2;
      for (int k = 0; k < 16; k += L) {
        ((FloatVector)
                ByteVector.fromMemorySegment(B, src, at + k, ByteOrder.LITTLE_ENDIAN)
                    .convertShape(VectorOperators.B2F, F, 0))
            .intoArray(scratch.halfFactors, to + k);
      }
    }
  }

  @Override
  public void multiply(Call call, DirectScratch scratch, float[] sums, int sumsAt) {
    int xAt = call.token * call.x.columns() + scratch.firstBlock * BLOCK;
    for (int g = 0; g < 4; g++) {
      switch (call.dtype) {
        case Q8_0 -> q8(call, g, xAt, scratch);
        case Q4_0 -> q4(call, g, xAt, scratch);
        case Q4_K -> {
          for (int pair = 0; pair < 4; pair++) {
            q4k(call, g, pair, xAt, scratch);
          }
        }
        case Q6_K -> {
          for (int s = 0; s < 8; s++) {
            q6k(call, g, s, xAt, scratch);
          }
        }
        default -> throw new IllegalArgumentException(call.dtype.toString());
      }
    }
    widen(scratch.halves, scratch.scales, scratch.blocks * ROWS);
    int index = call.token * call.x.blocks() + scratch.firstBlock;
    for (int r = 0; r < ROWS; r += L) {
      switch (call.dtype) {
        case Q4_K -> addWithMinimums(scratch, r, call.x, index, sums, sumsAt + r);
        default -> add(scratch, r, call.x, index, sums, sumsAt + r);
      }
    }
  }

  /// Where row r of the group begins; the last one where the group has fewer.
  private static long rowAt(Call call, DirectScratch scratch, int r) {
    return call.offset + Math.min(r, scratch.rows - 1) * call.rowBytes;
  }

  /// Rows 4 g to 4 g + 3 of Q8_0, their scales too; the same holds for the dtypes below.
  private static void q8(Call call, int g, int xAt, DirectScratch scratch) {
    MemorySegment src = call.weights;
    float[] x = call.x.floats();
    float[] parts = scratch.products;
    long aAt = rowAt(call, scratch, 4 * g) + scratch.firstBlock * 34L + 2;
    long bAt = rowAt(call, scratch, 4 * g + 1) + scratch.firstBlock * 34L + 2;
    long cAt = rowAt(call, scratch, 4 * g + 2) + scratch.firstBlock * 34L + 2;
    long dAt = rowAt(call, scratch, 4 * g + 3) + scratch.firstBlock * 34L + 2;
    short[] halves = scratch.halves;
    int blocks = scratch.blocks;
    for (int block = 0; block < blocks; block++) {
      long from = block * 34L;
      int half = block * ROWS + g;
      halves[half] = src.get(U16, aAt + from - 2);
      halves[half + 4] = src.get(U16, bAt + from - 2);
      halves[half + 8] = src.get(U16, cAt + from - 2);
      halves[half + 12] = src.get(U16, dAt + from - 2);
      int xk = xAt + block * BLOCK;
      FloatVector a = FloatVector.zero(F);
      FloatVector b = FloatVector.zero(F);
      FloatVector c = FloatVector.zero(F);
      FloatVector d = FloatVector.zero(F);
      for (int k = 0; k < BLOCK; k += L) {
        FloatVector v = FloatVector.fromArray(F, x, xk + k);
        FloatVector w =
            (FloatVector)
                ByteVector.fromMemorySegment(B, src, aAt + from + k, ByteOrder.LITTLE_ENDIAN)
                    .convertShape(VectorOperators.B2F, F, 0);
        a = w.fma(v, a);
        w =
            (FloatVector)
                ByteVector.fromMemorySegment(B, src, bAt + from + k, ByteOrder.LITTLE_ENDIAN)
                    .convertShape(VectorOperators.B2F, F, 0);
        b = w.fma(v, b);
        w =
            (FloatVector)
                ByteVector.fromMemorySegment(B, src, cAt + from + k, ByteOrder.LITTLE_ENDIAN)
                    .convertShape(VectorOperators.B2F, F, 0);
        c = w.fma(v, c);
        w =
            (FloatVector)
                ByteVector.fromMemorySegment(B, src, dAt + from + k, ByteOrder.LITTLE_ENDIAN)
                    .convertShape(VectorOperators.B2F, F, 0);
        d = w.fma(v, d);
      }
      if (L == 16) {
        FloatVector ac = a.blend(c, UPPER8).add(c.blend(a, UPPER8).rearrange(SWAP8));
        FloatVector bd = b.blend(d, UPPER8).add(d.blend(b, UPPER8).rearrange(SWAP8));
        FloatVector sum = ac.blend(bd, UPPER4).add(bd.blend(ac, UPPER4).rearrange(SWAP4));
        sum.intoArray(parts, block * PARTS + g * 16);
      } else {
        FloatVector ab = a.blend(b, UPPER4).add(b.blend(a, UPPER4).rearrange(SWAP4));
        FloatVector cd = c.blend(d, UPPER4).add(d.blend(c, UPPER4).rearrange(SWAP4));
        ab.intoArray(parts, block * PARTS + g * 8);
        cd.intoArray(parts, block * PARTS + 32 + g * 8);
      }
    }
  }

  /// Nibbles as they are stored, 8 more than their values.
  private static void q4(Call call, int g, int xAt, DirectScratch scratch) {
    MemorySegment src = call.weights;
    float[] x = call.x.floats();
    float[] parts = scratch.products;
    long aAt = rowAt(call, scratch, 4 * g) + scratch.firstBlock * 18L + 2;
    long bAt = rowAt(call, scratch, 4 * g + 1) + scratch.firstBlock * 18L + 2;
    long cAt = rowAt(call, scratch, 4 * g + 2) + scratch.firstBlock * 18L + 2;
    long dAt = rowAt(call, scratch, 4 * g + 3) + scratch.firstBlock * 18L + 2;
    short[] halves = scratch.halves;
    int blocks = scratch.blocks;
    for (int block = 0; block < blocks; block++) {
      long from = block * 18L;
      int half = block * ROWS + g;
      halves[half] = src.get(U16, aAt + from - 2);
      halves[half + 4] = src.get(U16, bAt + from - 2);
      halves[half + 8] = src.get(U16, cAt + from - 2);
      halves[half + 12] = src.get(U16, dAt + from - 2);
      int xk = xAt + block * BLOCK;
      FloatVector a = FloatVector.zero(F);
      FloatVector b = FloatVector.zero(F);
      FloatVector c = FloatVector.zero(F);
      FloatVector d = FloatVector.zero(F);
      for (int k = 0; k < 16; k += L) {
        FloatVector low = FloatVector.fromArray(F, x, xk + k);
        FloatVector high = FloatVector.fromArray(F, x, xk + 16 + k);
        IntVector q =
            (IntVector)
                ByteVector.fromMemorySegment(B, src, aAt + from + k, ByteOrder.LITTLE_ENDIAN)
                    .convertShape(VectorOperators.ZERO_EXTEND_B2I, I, 0);
        a = ((FloatVector) q.and(15).convert(VectorOperators.I2F, 0)).fma(low, a);
        q = q.lanewise(VectorOperators.LSHR, 4);
        a = ((FloatVector) q.convert(VectorOperators.I2F, 0)).fma(high, a);
        q =
            (IntVector)
                ByteVector.fromMemorySegment(B, src, bAt + from + k, ByteOrder.LITTLE_ENDIAN)
                    .convertShape(VectorOperators.ZERO_EXTEND_B2I, I, 0);
        b = ((FloatVector) q.and(15).convert(VectorOperators.I2F, 0)).fma(low, b);
        q = q.lanewise(VectorOperators.LSHR, 4);
        b = ((FloatVector) q.convert(VectorOperators.I2F, 0)).fma(high, b);
        q =
            (IntVector)
                ByteVector.fromMemorySegment(B, src, cAt + from + k, ByteOrder.LITTLE_ENDIAN)
                    .convertShape(VectorOperators.ZERO_EXTEND_B2I, I, 0);
        c = ((FloatVector) q.and(15).convert(VectorOperators.I2F, 0)).fma(low, c);
        q = q.lanewise(VectorOperators.LSHR, 4);
        c = ((FloatVector) q.convert(VectorOperators.I2F, 0)).fma(high, c);
        q =
            (IntVector)
                ByteVector.fromMemorySegment(B, src, dAt + from + k, ByteOrder.LITTLE_ENDIAN)
                    .convertShape(VectorOperators.ZERO_EXTEND_B2I, I, 0);
        d = ((FloatVector) q.and(15).convert(VectorOperators.I2F, 0)).fma(low, d);
        q = q.lanewise(VectorOperators.LSHR, 4);
        d = ((FloatVector) q.convert(VectorOperators.I2F, 0)).fma(high, d);
      }
      if (L == 16) {
        FloatVector ac = a.blend(c, UPPER8).add(c.blend(a, UPPER8).rearrange(SWAP8));
        FloatVector bd = b.blend(d, UPPER8).add(d.blend(b, UPPER8).rearrange(SWAP8));
        FloatVector sum = ac.blend(bd, UPPER4).add(bd.blend(ac, UPPER4).rearrange(SWAP4));
        sum.intoArray(parts, block * PARTS + g * 16);
      } else {
        FloatVector ab = a.blend(b, UPPER4).add(b.blend(a, UPPER4).rearrange(SWAP4));
        FloatVector cd = c.blend(d, UPPER4).add(d.blend(c, UPPER4).rearrange(SWAP4));
        ab.intoArray(parts, block * PARTS + g * 8);
        cd.intoArray(parts, block * PARTS + 32 + g * 8);
      }
    }
  }

  /// Blocks 2 pair and 2 pair + 1 of each 256, whose nibbles share 32 bytes.
  private static void q4k(Call call, int g, int pair, int xAt, DirectScratch scratch) {
    MemorySegment src = call.weights;
    float[] x = call.x.floats();
    float[] parts = scratch.products;
    long aAt = rowAt(call, scratch, 4 * g) + (scratch.firstBlock >> 3) * 144L + 16 + 32 * pair;
    long bAt = rowAt(call, scratch, 4 * g + 1) + (scratch.firstBlock >> 3) * 144L + 16 + 32 * pair;
    long cAt = rowAt(call, scratch, 4 * g + 2) + (scratch.firstBlock >> 3) * 144L + 16 + 32 * pair;
    long dAt = rowAt(call, scratch, 4 * g + 3) + (scratch.firstBlock >> 3) * 144L + 16 + 32 * pair;
    int blocks = scratch.blocks;
    for (int block = 2 * pair; block < blocks; block += 8) {
      long from = (block >> 3) * 144L;
      int xk = xAt + block * BLOCK;
      FloatVector a = FloatVector.zero(F);
      FloatVector aHigh = FloatVector.zero(F);
      FloatVector b = FloatVector.zero(F);
      FloatVector bHigh = FloatVector.zero(F);
      FloatVector c = FloatVector.zero(F);
      FloatVector cHigh = FloatVector.zero(F);
      FloatVector d = FloatVector.zero(F);
      FloatVector dHigh = FloatVector.zero(F);
      for (int k = 0; k < BLOCK; k += L) {
        FloatVector low = FloatVector.fromArray(F, x, xk + k);
        FloatVector high = FloatVector.fromArray(F, x, xk + BLOCK + k);
        IntVector q =
            (IntVector)
                ByteVector.fromMemorySegment(B, src, aAt + from + k, ByteOrder.LITTLE_ENDIAN)
                    .convertShape(VectorOperators.ZERO_EXTEND_B2I, I, 0);
        a = ((FloatVector) q.and(15).convert(VectorOperators.I2F, 0)).fma(low, a);
        q = q.lanewise(VectorOperators.LSHR, 4);
        aHigh = ((FloatVector) q.convert(VectorOperators.I2F, 0)).fma(high, aHigh);
        q =
            (IntVector)
                ByteVector.fromMemorySegment(B, src, bAt + from + k, ByteOrder.LITTLE_ENDIAN)
                    .convertShape(VectorOperators.ZERO_EXTEND_B2I, I, 0);
        b = ((FloatVector) q.and(15).convert(VectorOperators.I2F, 0)).fma(low, b);
        q = q.lanewise(VectorOperators.LSHR, 4);
        bHigh = ((FloatVector) q.convert(VectorOperators.I2F, 0)).fma(high, bHigh);
        q =
            (IntVector)
                ByteVector.fromMemorySegment(B, src, cAt + from + k, ByteOrder.LITTLE_ENDIAN)
                    .convertShape(VectorOperators.ZERO_EXTEND_B2I, I, 0);
        c = ((FloatVector) q.and(15).convert(VectorOperators.I2F, 0)).fma(low, c);
        q = q.lanewise(VectorOperators.LSHR, 4);
        cHigh = ((FloatVector) q.convert(VectorOperators.I2F, 0)).fma(high, cHigh);
        q =
            (IntVector)
                ByteVector.fromMemorySegment(B, src, dAt + from + k, ByteOrder.LITTLE_ENDIAN)
                    .convertShape(VectorOperators.ZERO_EXTEND_B2I, I, 0);
        d = ((FloatVector) q.and(15).convert(VectorOperators.I2F, 0)).fma(low, d);
        q = q.lanewise(VectorOperators.LSHR, 4);
        dHigh = ((FloatVector) q.convert(VectorOperators.I2F, 0)).fma(high, dHigh);
      }
      int to = block * PARTS;
      if (L == 16) {
        FloatVector ac = a.blend(c, UPPER8).add(c.blend(a, UPPER8).rearrange(SWAP8));
        FloatVector bd = b.blend(d, UPPER8).add(d.blend(b, UPPER8).rearrange(SWAP8));
        FloatVector sum = ac.blend(bd, UPPER4).add(bd.blend(ac, UPPER4).rearrange(SWAP4));
        sum.intoArray(parts, to + g * 16);
      } else {
        FloatVector ab = a.blend(b, UPPER4).add(b.blend(a, UPPER4).rearrange(SWAP4));
        FloatVector cd = c.blend(d, UPPER4).add(d.blend(c, UPPER4).rearrange(SWAP4));
        ab.intoArray(parts, to + g * 8);
        cd.intoArray(parts, to + 32 + g * 8);
      }
      if (L == 16) {
        FloatVector ac =
            aHigh.blend(cHigh, UPPER8).add(cHigh.blend(aHigh, UPPER8).rearrange(SWAP8));
        FloatVector bd =
            bHigh.blend(dHigh, UPPER8).add(dHigh.blend(bHigh, UPPER8).rearrange(SWAP8));
        FloatVector sum = ac.blend(bd, UPPER4).add(bd.blend(ac, UPPER4).rearrange(SWAP4));
        sum.intoArray(parts, to + PARTS + g * 16);
      } else {
        FloatVector ab =
            aHigh.blend(bHigh, UPPER4).add(bHigh.blend(aHigh, UPPER4).rearrange(SWAP4));
        FloatVector cd =
            cHigh.blend(dHigh, UPPER4).add(dHigh.blend(cHigh, UPPER4).rearrange(SWAP4));
        ab.intoArray(parts, to + PARTS + g * 8);
        cd.intoArray(parts, to + PARTS + 32 + g * 8);
      }
    }
  }

  /// Block s of each 256; the sub-scales of its halves are folded into the products.
  private static void q6k(Call call, int g, int s, int xAt, DirectScratch scratch) {
    MemorySegment src = call.weights;
    float[] x = call.x.floats();
    float[] parts = scratch.products;
    long aAt = rowAt(call, scratch, 4 * g) + (scratch.firstBlock >> 3) * 210L;
    long bAt = rowAt(call, scratch, 4 * g + 1) + (scratch.firstBlock >> 3) * 210L;
    long cAt = rowAt(call, scratch, 4 * g + 2) + (scratch.firstBlock >> 3) * 210L;
    long dAt = rowAt(call, scratch, 4 * g + 3) + (scratch.firstBlock >> 3) * 210L;
    float[] factors = scratch.halfFactors;
    int low = 64 * (s >> 2) + 32 * (s & 1);
    int high = 128 + 32 * (s >> 2);
    int lowShift = 4 * (s >> 1 & 1);
    int highShift = 2 * (s & 3);
    int blocks = scratch.blocks;
    for (int block = s; block < blocks; block += 8) {
      long from = (block >> 3) * 210L;
      int xk = xAt + block * BLOCK;
      FloatVector a = FloatVector.zero(F);
      FloatVector b = FloatVector.zero(F);
      FloatVector c = FloatVector.zero(F);
      FloatVector d = FloatVector.zero(F);
      for (int k = 0; k < BLOCK; k += L) {
        FloatVector v = FloatVector.fromArray(F, x, xk + k);
        int factorAt = 2 * (g * DirectScratch.BLOCKS + block) + (k >> 4);
        IntVector q =
            (IntVector)
                ByteVector.fromMemorySegment(B, src, aAt + from + low + k, ByteOrder.LITTLE_ENDIAN)
                    .convertShape(VectorOperators.ZERO_EXTEND_B2I, I, 0);
        IntVector top =
            (IntVector)
                ByteVector.fromMemorySegment(B, src, aAt + from + high + k, ByteOrder.LITTLE_ENDIAN)
                    .convertShape(VectorOperators.ZERO_EXTEND_B2I, I, 0);
        q = q.lanewise(VectorOperators.LSHR, lowShift).and(15);
        top = top.lanewise(VectorOperators.LSHR, highShift).and(3);
        q = q.or(top.lanewise(VectorOperators.LSHL, 4)).sub(32);
        FloatVector w = (FloatVector) q.convert(VectorOperators.I2F, 0);
        a = w.mul(factors[factorAt]).fma(v, a);
        q =
            (IntVector)
                ByteVector.fromMemorySegment(B, src, bAt + from + low + k, ByteOrder.LITTLE_ENDIAN)
                    .convertShape(VectorOperators.ZERO_EXTEND_B2I, I, 0);
        top =
            (IntVector)
                ByteVector.fromMemorySegment(B, src, bAt + from + high + k, ByteOrder.LITTLE_ENDIAN)
                    .convertShape(VectorOperators.ZERO_EXTEND_B2I, I, 0);
        q = q.lanewise(VectorOperators.LSHR, lowShift).and(15);
        top = top.lanewise(VectorOperators.LSHR, highShift).and(3);
        q = q.or(top.lanewise(VectorOperators.LSHL, 4)).sub(32);
        w = (FloatVector) q.convert(VectorOperators.I2F, 0);
        b = w.mul(factors[factorAt + 4 * 2 * DirectScratch.BLOCKS]).fma(v, b);
        q =
            (IntVector)
                ByteVector.fromMemorySegment(B, src, cAt + from + low + k, ByteOrder.LITTLE_ENDIAN)
                    .convertShape(VectorOperators.ZERO_EXTEND_B2I, I, 0);
        top =
            (IntVector)
                ByteVector.fromMemorySegment(B, src, cAt + from + high + k, ByteOrder.LITTLE_ENDIAN)
                    .convertShape(VectorOperators.ZERO_EXTEND_B2I, I, 0);
        q = q.lanewise(VectorOperators.LSHR, lowShift).and(15);
        top = top.lanewise(VectorOperators.LSHR, highShift).and(3);
        q = q.or(top.lanewise(VectorOperators.LSHL, 4)).sub(32);
        w = (FloatVector) q.convert(VectorOperators.I2F, 0);
        c = w.mul(factors[factorAt + 8 * 2 * DirectScratch.BLOCKS]).fma(v, c);
        q =
            (IntVector)
                ByteVector.fromMemorySegment(B, src, dAt + from + low + k, ByteOrder.LITTLE_ENDIAN)
                    .convertShape(VectorOperators.ZERO_EXTEND_B2I, I, 0);
        top =
            (IntVector)
                ByteVector.fromMemorySegment(B, src, dAt + from + high + k, ByteOrder.LITTLE_ENDIAN)
                    .convertShape(VectorOperators.ZERO_EXTEND_B2I, I, 0);
        q = q.lanewise(VectorOperators.LSHR, lowShift).and(15);
        top = top.lanewise(VectorOperators.LSHR, highShift).and(3);
        q = q.or(top.lanewise(VectorOperators.LSHL, 4)).sub(32);
        w = (FloatVector) q.convert(VectorOperators.I2F, 0);
        d = w.mul(factors[factorAt + 12 * 2 * DirectScratch.BLOCKS]).fma(v, d);
      }
      if (L == 16) {
        FloatVector ac = a.blend(c, UPPER8).add(c.blend(a, UPPER8).rearrange(SWAP8));
        FloatVector bd = b.blend(d, UPPER8).add(d.blend(b, UPPER8).rearrange(SWAP8));
        FloatVector sum = ac.blend(bd, UPPER4).add(bd.blend(ac, UPPER4).rearrange(SWAP4));
        sum.intoArray(parts, block * PARTS + g * 16);
      } else {
        FloatVector ab = a.blend(b, UPPER4).add(b.blend(a, UPPER4).rearrange(SWAP4));
        FloatVector cd = c.blend(d, UPPER4).add(d.blend(c, UPPER4).rearrange(SWAP4));
        ab.intoArray(parts, block * PARTS + g * 8);
        cd.intoArray(parts, block * PARTS + 32 + g * 8);
      }
    }
  }

  /// Joins what is left of L rows and adds their blocks to the sums.
  private static void add(
      DirectScratch scratch, int row, Activations x, int index, float[] sums, int sumsAt) {
    float[] p = scratch.products;
    float offset = scratch.offset;
    FloatVector total = FloatVector.fromArray(F, sums, sumsAt);
    for (int block = 0; block < scratch.blocks; block++) {
      int at = block * PARTS + row * 4;
      FloatVector a = FloatVector.fromArray(F, p, at);
      FloatVector b = FloatVector.fromArray(F, p, at + L);
      FloatVector c = FloatVector.fromArray(F, p, at + 2 * L);
      FloatVector d = FloatVector.fromArray(F, p, at + 3 * L);
      FloatVector ac = a.blend(c, UPPER2).add(c.blend(a, UPPER2).rearrange(SWAP2));
      FloatVector bd = b.blend(d, UPPER2).add(d.blend(b, UPPER2).rearrange(SWAP2));
      FloatVector sum = ac.blend(bd, UPPER1).add(bd.blend(ac, UPPER1).rearrange(SWAP1));
      float scale = x.scales()[index + block];
      float halves = x.halfSums()[2 * (index + block)] + x.halfSums()[2 * (index + block) + 1];
      FloatVector scales = FloatVector.fromArray(F, scratch.scales, block * ROWS + row);
      total = sum.sub(offset * halves).fma(scales.mul(scale), total);
    }
    total.intoArray(sums, sumsAt);
  }

  /// Joins what is left of L rows and adds their blocks, scaled and with minimums, to the sums.
  private static void addWithMinimums(
      DirectScratch scratch, int row, Activations x, int index, float[] sums, int sumsAt) {
    float[] p = scratch.products;
    FloatVector total = FloatVector.fromArray(F, sums, sumsAt);
    FloatVector zero = FloatVector.zero(F);
    for (int block = 0; block < scratch.blocks; block++) {
      int at = block * PARTS + row * 4;
      FloatVector a = FloatVector.fromArray(F, p, at);
      FloatVector b = FloatVector.fromArray(F, p, at + L);
      FloatVector c = FloatVector.fromArray(F, p, at + 2 * L);
      FloatVector d = FloatVector.fromArray(F, p, at + 3 * L);
      FloatVector ac = a.blend(c, UPPER2).add(c.blend(a, UPPER2).rearrange(SWAP2));
      FloatVector bd = b.blend(d, UPPER2).add(d.blend(b, UPPER2).rearrange(SWAP2));
      FloatVector sum = ac.blend(bd, UPPER1).add(bd.blend(ac, UPPER1).rearrange(SWAP1));
      int bytesAt = block / 4 * ROWS + row;
      int shift = 8 * (block & 3);
      IntVector factor =
          IntVector.fromArray(I, scratch.factors, bytesAt)
              .lanewise(VectorOperators.LSHR, shift)
              .and(255);
      IntVector minimum =
          IntVector.fromArray(I, scratch.minimums, bytesAt)
              .lanewise(VectorOperators.LSHR, shift)
              .and(255);
      float scale = x.scales()[index + block];
      float halves = x.halfSums()[2 * (index + block)] + x.halfSums()[2 * (index + block) + 1];
      FloatVector scales = FloatVector.fromArray(F, scratch.scales, block * ROWS + row);
      FloatVector minScales = FloatVector.fromArray(F, scratch.minScales, block * ROWS + row);
      sum = ((FloatVector) factor.convert(VectorOperators.I2F, 0)).fma(sum, zero);
      total = sum.fma(scales.mul(scale), total);
      FloatVector least =
          ((FloatVector) minimum.convert(VectorOperators.I2F, 0))
              .fma(FloatVector.broadcast(F, halves), zero);
      total = least.fma(minScales.neg().mul(scale), total);
    }
    total.intoArray(sums, sumsAt);
  }
}
