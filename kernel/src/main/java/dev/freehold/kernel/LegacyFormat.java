package dev.freehold.kernel;

import dev.freehold.tensor.Dtype;
import java.lang.foreign.MemorySegment;

/// The formats of 32 elements with one float16 scale `d`, some with a float16 minimum `m`.
///
/// Nibbles: byte `j` of 16 holds element `j` in its low and element `16 + j` in its high half. The
/// fifth bit of the Q5 types is bit `k` of a 32-bit field.
enum LegacyFormat implements BlockFormat {
  /// `d * (q - 8)`; bytes: d, 16 of nibbles.
  Q4_0(Dtype.Q4_0, 8) {
    @Override
    public void decode(MemorySegment src, long rowOffset, int index, IntegerBlock out) {
      long block = rowOffset + 18L * index;
      nibbles(src, block + 2, 0, -8, out.weights);
      out.setScale(BlockBytes.f16(src, block));
    }
  },
  /// `d * q + m`; bytes: d, m, 16 of nibbles.
  Q4_1(Dtype.Q4_1, 15) {
    @Override
    public void decode(MemorySegment src, long rowOffset, int index, IntegerBlock out) {
      long block = rowOffset + 20L * index;
      nibbles(src, block + 4, 0, 0, out.weights);
      out.setScales(BlockBytes.f16(src, block), BlockBytes.f16(src, block + 2), 1, 1);
    }
  },
  /// `d * (q - 16)`; bytes: d, 4 of fifth bits, 16 of nibbles.
  Q5_0(Dtype.Q5_0, 16) {
    @Override
    public void decode(MemorySegment src, long rowOffset, int index, IntegerBlock out) {
      long block = rowOffset + 22L * index;
      nibbles(src, block + 6, BlockBytes.u32(src, block + 2), -16, out.weights);
      out.setScale(BlockBytes.f16(src, block));
    }
  },
  /// `d * q + m`; bytes: d, m, 4 of fifth bits, 16 of nibbles.
  Q5_1(Dtype.Q5_1, 31) {
    @Override
    public void decode(MemorySegment src, long rowOffset, int index, IntegerBlock out) {
      long block = rowOffset + 24L * index;
      nibbles(src, block + 8, BlockBytes.u32(src, block + 4), 0, out.weights);
      out.setScales(BlockBytes.f16(src, block), BlockBytes.f16(src, block + 2), 1, 1);
    }
  },
  /// `d * q` with `q` an int8; bytes: d, 32 of q.
  Q8_0(Dtype.Q8_0, 128) {
    @Override
    public void decode(MemorySegment src, long rowOffset, int index, IntegerBlock out) {
      long block = rowOffset + 34L * index;
      int[] weights = out.weights;
      for (int k = 0; k < 32; k++) {
        weights[k] = BlockBytes.s8(src, block + 2 + k);
      }
      out.setScale(BlockBytes.f16(src, block));
    }
  };

  private final Dtype dtype;
  private final int maxWeight;

  LegacyFormat(Dtype dtype, int maxWeight) {
    this.dtype = dtype;
    this.maxWeight = maxWeight;
  }

  @Override
  public Dtype dtype() {
    return dtype;
  }

  @Override
  public boolean hasIntegerForm() {
    return maxWeight > 0;
  }

  @Override
  public int maxWeight() {
    return maxWeight;
  }

  private static void nibbles(
      MemorySegment src, long offset, int fifthBits, int shift, int[] weights) {
    for (int j = 0; j < 16; j++) {
      int pair = BlockBytes.u8(src, offset + j);
      weights[j] = ((pair & 15) | ((fifthBits >>> j) & 1) << 4) + shift;
      weights[16 + j] = ((pair >> 4) | ((fifthBits >>> (16 + j)) & 1) << 4) + shift;
    }
  }
}
