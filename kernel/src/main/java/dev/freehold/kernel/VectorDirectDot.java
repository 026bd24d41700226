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
/// Three steps with the first cache between them: a row's products of a block are summed into one
/// vector; a tree of exact additions that transposes as it goes joins the lanes of 16 rows; one fma
/// per block adds 16 rows. All sums of a block are integers below 2^24, exact in any order. Weights
/// that are stored with an offset (Q4_0: 8) are multiplied as stored; the offset times the sum of
/// the activations is taken off the joined sums.
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
  private static final int STRIDE = ROWS * 16;

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
      switch (dtype) {
        case Q8_0 -> halves(weights, row, 34, scratch.halves, r, scratch);
        case Q4_0 -> halves(weights, row, 18, scratch.halves, r, scratch);
        case Q4_K -> {
          sharedHalves(weights, row, 144, scratch.halves, r, scratch);
          sharedHalves(weights, row + 2, 144, scratch.minHalves, r, scratch);
          subScales(weights, row + 4, r, scratch);
        }
        case Q6_K -> {
          sharedHalves(weights, row + 208, 210, scratch.halves, r, scratch);
          halfFactors(weights, row + 192, r, scratch);
        }
        default -> throw new IllegalArgumentException(dtype.toString());
      }
    }
    widen(scratch.halves, scratch.scales, scratch.blocks * ROWS);
    scratch.offset = dtype == Dtype.Q4_0 ? 8 : 0;
    if (dtype == Dtype.Q4_K) {
      widen(scratch.minHalves, scratch.minScales, scratch.blocks * ROWS);
    }
  }

  private static void halves(
      MemorySegment src, long row, int bytes, short[] to, int r, DirectScratch scratch) {
    long from = row + (long) scratch.firstBlock * bytes;
    for (int b = 0; b < scratch.blocks; b++) {
      to[b * ROWS + r] = src.get(U16, from + (long) b * bytes);
    }
  }

  /// Scales that eight blocks share.
  private static void sharedHalves(
      MemorySegment src, long row, int bytes, short[] to, int r, DirectScratch scratch) {
    for (int b = 0; b < scratch.blocks; b += 8) {
      short half = src.get(U16, row + (long) (scratch.firstBlock + b >> 3) * bytes);
      for (int s = b; s < b + 8; s++) {
        to[s * ROWS + r] = half;
      }
    }
  }

  private static void widen(short[] halves, float[] floats, int count) {
    for (int i = 0; i < count; i++) {
      floats[i] = Float.float16ToFloat(halves[i]);
    }
  }

  /// Sub-scales and minimums of Q4_K, four to an int; see [KFormat#subScale].
  private static void subScales(MemorySegment src, long row, int r, DirectScratch scratch) {
    for (int b = 0; b < scratch.blocks; b += 8) {
      long at = row + (scratch.firstBlock + b >> 3) * 144L;
      int first = BlockBytes.u32(src, at);
      int second = BlockBytes.u32(src, at + 4);
      int third = BlockBytes.u32(src, at + 8);
      int to = b / 4 * ROWS + r;
      scratch.factors[to] = first & 0x3f3f3f3f;
      scratch.minimums[to] = second & 0x3f3f3f3f;
      scratch.factors[to + ROWS] = third & 0x0f0f0f0f | first >>> 2 & 0x30303030;
      scratch.minimums[to + ROWS] = third >>> 4 & 0x0f0f0f0f | second >>> 2 & 0x30303030;
    }
  }

  /// The 16 int8 sub-scales of each block of Q6_K.
  private static void halfFactors(MemorySegment src, long row, int r, DirectScratch scratch) {
    for (int b = 0; b < scratch.blocks; b += 8) {
      long at = row + (scratch.firstBlock + b >> 3) * 210L;
      int to = (r * DirectScratch.BLOCKS + b) * 2;
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
    float[] x = call.x.floats();
    int xAt = call.token * call.x.columns() + scratch.firstBlock * BLOCK;
    for (int r = 0; r < scratch.rows; r++) {
      long row = call.offset + r * call.rowBytes;
      switch (call.dtype) {
        case Q8_0 -> q8(call.weights, row, r, x, xAt, scratch);
        case Q4_0 -> q4(call.weights, row, r, x, xAt, scratch);
        case Q4_K -> q4k(call.weights, row, r, x, xAt, scratch);
        case Q6_K -> q6k(call.weights, row, r, x, xAt, scratch);
        default -> throw new IllegalArgumentException(call.dtype.toString());
      }
    }
    if (L == 16) {
      joinFours(scratch);
    } else {
      joinPairs(scratch);
    }
    int index = call.token * call.x.blocks() + scratch.firstBlock;
    for (int r = 0; r < ROWS; r += L) {
      switch (call.dtype) {
        case Q4_K -> addWithMinimums(scratch, r, call.x, index, sums, sumsAt + r);
        default -> add(scratch, r, call.x, index, sums, sumsAt + r);
      }
    }
  }

  private static void q8(
      MemorySegment src, long row, int r, float[] x, int xAt, DirectScratch scratch) {
    long from = row + scratch.firstBlock * 34L + 2;
    float[] products = scratch.products;
    FloatVector zero = FloatVector.zero(F);
    int blocks = scratch.blocks;
    for (int b = 0; b < blocks; b++) {
      long at = from + b * 34L;
      int xk = xAt + b * BLOCK;
      FloatVector w =
          (FloatVector)
              ByteVector.fromMemorySegment(B, src, at, ByteOrder.LITTLE_ENDIAN)
                  .convertShape(VectorOperators.B2F, F, 0);
      FloatVector sum = w.fma(FloatVector.fromArray(F, x, xk), zero);
      w =
          (FloatVector)
              ByteVector.fromMemorySegment(B, src, at + L, ByteOrder.LITTLE_ENDIAN)
                  .convertShape(VectorOperators.B2F, F, 0);
      sum = w.fma(FloatVector.fromArray(F, x, xk + L), sum);
      if (L == 8) {
        w =
            (FloatVector)
                ByteVector.fromMemorySegment(B, src, at + 16, ByteOrder.LITTLE_ENDIAN)
                    .convertShape(VectorOperators.B2F, F, 0);
        sum = w.fma(FloatVector.fromArray(F, x, xk + 16), sum);
        w =
            (FloatVector)
                ByteVector.fromMemorySegment(B, src, at + 24, ByteOrder.LITTLE_ENDIAN)
                    .convertShape(VectorOperators.B2F, F, 0);
        sum = w.fma(FloatVector.fromArray(F, x, xk + 24), sum);
      }
      sum.intoArray(products, b * STRIDE + r * 16);
    }
  }

  private static void q4(
      MemorySegment src, long row, int r, float[] x, int xAt, DirectScratch scratch) {
    long from = row + scratch.firstBlock * 18L + 2;
    float[] products = scratch.products;
    FloatVector zero = FloatVector.zero(F);
    int blocks = scratch.blocks;
    for (int b = 0; b < blocks; b++) {
      long at = from + b * 18L;
      int xk = xAt + b * BLOCK;
      IntVector n =
          (IntVector)
              ByteVector.fromMemorySegment(B, src, at, ByteOrder.LITTLE_ENDIAN)
                  .convertShape(VectorOperators.ZERO_EXTEND_B2I, I, 0);
      FloatVector w = (FloatVector) n.and(15).convert(VectorOperators.I2F, 0);
      FloatVector sum = w.fma(FloatVector.fromArray(F, x, xk), zero);
      w = (FloatVector) n.lanewise(VectorOperators.LSHR, 4).convert(VectorOperators.I2F, 0);
      sum = w.fma(FloatVector.fromArray(F, x, xk + 16), sum);
      if (L == 8) {
        n =
            (IntVector)
                ByteVector.fromMemorySegment(B, src, at + 8, ByteOrder.LITTLE_ENDIAN)
                    .convertShape(VectorOperators.ZERO_EXTEND_B2I, I, 0);
        w = (FloatVector) n.and(15).convert(VectorOperators.I2F, 0);
        sum = w.fma(FloatVector.fromArray(F, x, xk + 8), sum);
        w = (FloatVector) n.lanewise(VectorOperators.LSHR, 4).convert(VectorOperators.I2F, 0);
        sum = w.fma(FloatVector.fromArray(F, x, xk + 24), sum);
      }
      sum.intoArray(products, b * STRIDE + r * 16);
    }
  }

  /// Two blocks at a time, whose nibbles share 32 bytes.
  private static void q4k(
      MemorySegment src, long row, int r, float[] x, int xAt, DirectScratch scratch) {
    float[] products = scratch.products;
    FloatVector zero = FloatVector.zero(F);
    int first = scratch.firstBlock;
    int blocks = scratch.blocks;
    for (int b = 0; b < blocks; b += 2) {
      int number = first + b;
      long at = row + (number >> 3) * 144L + 16 + 16 * (number & 7);
      int xk = xAt + b * BLOCK;
      FloatVector low = zero;
      FloatVector high = zero;
      for (int k = 0; k < BLOCK; k += L) {
        IntVector n =
            (IntVector)
                ByteVector.fromMemorySegment(B, src, at + k, ByteOrder.LITTLE_ENDIAN)
                    .convertShape(VectorOperators.ZERO_EXTEND_B2I, I, 0);
        FloatVector w = (FloatVector) n.and(15).convert(VectorOperators.I2F, 0);
        low = w.fma(FloatVector.fromArray(F, x, xk + k), low);
        w = (FloatVector) n.lanewise(VectorOperators.LSHR, 4).convert(VectorOperators.I2F, 0);
        high = w.fma(FloatVector.fromArray(F, x, xk + BLOCK + k), high);
      }
      low.intoArray(products, b * STRIDE + r * 16);
      high.intoArray(products, (b + 1) * STRIDE + r * 16);
    }
  }

  /// One block at a time; the sub-scales of its halves are folded into the products.
  private static void q6k(
      MemorySegment src, long row, int r, float[] x, int xAt, DirectScratch scratch) {
    float[] products = scratch.products;
    float[] factors = scratch.halfFactors;
    int blocks = scratch.blocks;
    for (int b = 0; b < blocks; b++) {
      int number = scratch.firstBlock + b;
      int s = number & 7;
      long block = row + (number >> 3) * 210L;
      long lowBits = block + 64 * (s >> 2) + 32 * (s & 1);
      long highBits = block + 128 + 32 * (s >> 2);
      int lowShift = 4 * (s >> 1 & 1);
      int highShift = 2 * (s & 3);
      int xk = xAt + b * BLOCK;
      FloatVector sum = FloatVector.zero(F);
      for (int k = 0; k < BLOCK; k += L) {
        IntVector low =
            (IntVector)
                ByteVector.fromMemorySegment(B, src, lowBits + k, ByteOrder.LITTLE_ENDIAN)
                    .convertShape(VectorOperators.ZERO_EXTEND_B2I, I, 0);
        IntVector high =
            (IntVector)
                ByteVector.fromMemorySegment(B, src, highBits + k, ByteOrder.LITTLE_ENDIAN)
                    .convertShape(VectorOperators.ZERO_EXTEND_B2I, I, 0);
        low = low.lanewise(VectorOperators.LSHR, lowShift).and(15);
        high =
            high.lanewise(VectorOperators.LSHR, highShift).and(3).lanewise(VectorOperators.LSHL, 4);
        FloatVector w = (FloatVector) low.or(high).sub(32).convert(VectorOperators.I2F, 0);
        float factor = factors[(r * DirectScratch.BLOCKS + b) * 2 + (k >> 4)];
        sum = w.mul(factor).fma(FloatVector.fromArray(F, x, xk + k), sum);
      }
      sum.intoArray(products, b * STRIDE + r * 16);
    }
  }

  /// With 16 lanes: rows g, g + 4, g + 8 and g + 12 become one vector, in the place of row g.
  private static void joinFours(DirectScratch scratch) {
    float[] p = scratch.products;
    for (int g = 0; g < 4; g++) {
      for (int block = 0; block < scratch.blocks; block++) {
        int at = block * STRIDE + g * 16;
        FloatVector a = FloatVector.fromArray(F, p, at);
        FloatVector b = FloatVector.fromArray(F, p, at + 64);
        FloatVector c = FloatVector.fromArray(F, p, at + 128);
        FloatVector d = FloatVector.fromArray(F, p, at + 192);
        FloatVector ac = a.blend(c, UPPER8).add(c.blend(a, UPPER8).rearrange(SWAP8));
        FloatVector bd = b.blend(d, UPPER8).add(d.blend(b, UPPER8).rearrange(SWAP8));
        ac.blend(bd, UPPER4).add(bd.blend(ac, UPPER4).rearrange(SWAP4)).intoArray(p, at);
      }
    }
  }

  /// With 8 lanes: rows g and g + 4 of each eight become one vector, in the place of row g.
  private static void joinPairs(DirectScratch scratch) {
    float[] p = scratch.products;
    for (int g = 0; g < 8; g++) {
      for (int block = 0; block < scratch.blocks; block++) {
        int at = block * STRIDE + ((g & 4) * 2 + (g & 3)) * 16;
        FloatVector a = FloatVector.fromArray(F, p, at);
        FloatVector b = FloatVector.fromArray(F, p, at + 64);
        a.blend(b, UPPER4).add(b.blend(a, UPPER4).rearrange(SWAP4)).intoArray(p, at);
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
      int at = block * STRIDE + row * 16;
      FloatVector a = FloatVector.fromArray(F, p, at);
      FloatVector b = FloatVector.fromArray(F, p, at + 16);
      FloatVector c = FloatVector.fromArray(F, p, at + 32);
      FloatVector d = FloatVector.fromArray(F, p, at + 48);
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
      int at = block * STRIDE + row * 16;
      FloatVector a = FloatVector.fromArray(F, p, at);
      FloatVector b = FloatVector.fromArray(F, p, at + 16);
      FloatVector c = FloatVector.fromArray(F, p, at + 32);
      FloatVector d = FloatVector.fromArray(F, p, at + 48);
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
