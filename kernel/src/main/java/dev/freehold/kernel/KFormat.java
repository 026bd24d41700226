package dev.freehold.kernel;

import dev.freehold.tensor.Dtype;
import java.lang.foreign.MemorySegment;

/// The K formats: 256 elements with float16 scales and integer sub-scales per 16 or 32 elements,
/// which are folded into the integer weights.
///
/// Below, `s` is the number of the sub-block of 32 elements within the block, 0 to 7, and `k` the
/// element within the sub-block.
enum KFormat implements BlockFormat {
  /// `d * sc * q - dmin * m`: q of 2 bits, sc and m of 4 bits per 16 elements.
  ///
  /// Bytes: 16 of sc and m, 64 of q, d, dmin. q is bits `2 * (s % 4)` and up of byte `32 * (s / 4)
  /// + k`.
  Q2_K(Dtype.Q2_K, 45) {
    @Override
    public void decode(MemorySegment src, long rowOffset, int index, IntegerBlock out) {
      long block = rowOffset + 84L * (index >> 3);
      int s = index & 7;
      int low = BlockBytes.u8(src, block + 2 * s);
      int high = BlockBytes.u8(src, block + 2 * s + 1);
      long qs = block + 16 + 32 * (s >> 2);
      int shift = 2 * (s & 3);
      int[] weights = out.weights;
      for (int k = 0; k < 16; k++) {
        weights[k] = ((BlockBytes.u8(src, qs + k) >> shift) & 3) * (low & 15);
        weights[16 + k] = ((BlockBytes.u8(src, qs + 16 + k) >> shift) & 3) * (high & 15);
      }
      out.setScales(
          BlockBytes.f16(src, block + 80), -BlockBytes.f16(src, block + 82), low >> 4, high >> 4);
    }
  },
  /// `d * (sc - 32) * (q - 4)`: q of 3 bits, sc of 6 bits per 16 elements.
  ///
  /// Bytes: 32 of the high bits of q (bit `s` of byte `k`), 64 of the low bits of q (as in Q2_K),
  /// 12 of sc, d. sc number `i` of 16 has its low 4 bits in nibble `i / 8` of byte `i % 8` and its
  /// high 2 bits at `2 * (i / 4)` of byte `8 + i % 4`.
  Q3_K(Dtype.Q3_K, 128) {
    @Override
    public void decode(MemorySegment src, long rowOffset, int index, IntegerBlock out) {
      long block = rowOffset + 110L * (index >> 3);
      int s = index & 7;
      int low = sixBitScale(src, block + 96, 2 * s);
      int high = sixBitScale(src, block + 96, 2 * s + 1);
      long qs = block + 32 + 32 * (s >> 2);
      int shift = 2 * (s & 3);
      int[] weights = out.weights;
      for (int k = 0; k < 32; k++) {
        int q = (BlockBytes.u8(src, qs + k) >> shift) & 3;
        int highBit = (BlockBytes.u8(src, block + k) >> s) & 1;
        weights[k] = ((q | highBit << 2) - 4) * (k < 16 ? low : high);
      }
      out.setScale(BlockBytes.f16(src, block + 108));
    }

    private int sixBitScale(MemorySegment src, long scales, int i) {
      int low = (BlockBytes.u8(src, scales + (i & 7)) >> (4 * (i >> 3))) & 15;
      int high = (BlockBytes.u8(src, scales + 8 + (i & 3)) >> (2 * (i >> 2))) & 3;
      return (low | high << 4) - 32;
    }
  },
  /// `d * sc * q - dmin * m`: q of 4 bits, sc and m of 6 bits per 32 elements.
  ///
  /// Bytes: d, dmin, 12 of sc and m ([#subScale], [#subMinimum]), 128 of q. q is nibble `s % 2` of
  /// byte `32 * (s / 2) + k`.
  Q4_K(Dtype.Q4_K, 945) {
    @Override
    public void decode(MemorySegment src, long rowOffset, int index, IntegerBlock out) {
      long block = rowOffset + 144L * (index >> 3);
      int s = index & 7;
      int scale = subScale(src, block + 4, s);
      long qs = block + 16 + 32 * (s >> 1);
      int shift = 4 * (s & 1);
      int[] weights = out.weights;
      for (int k = 0; k < 32; k++) {
        weights[k] = ((BlockBytes.u8(src, qs + k) >> shift) & 15) * scale;
      }
      int minimum = subMinimum(src, block + 4, s);
      out.setScales(BlockBytes.f16(src, block), -BlockBytes.f16(src, block + 2), minimum, minimum);
    }
  },
  /// `d * sc * q - dmin * m`: q of 5 bits, sc and m of 6 bits per 32 elements.
  ///
  /// Bytes: d, dmin, 12 of sc and m, 32 of the fifth bits of q (bit `s` of byte `k`), 128 of the
  /// low bits of q (as in Q4_K).
  Q5_K(Dtype.Q5_K, 1953) {
    @Override
    public void decode(MemorySegment src, long rowOffset, int index, IntegerBlock out) {
      long block = rowOffset + 176L * (index >> 3);
      int s = index & 7;
      int scale = subScale(src, block + 4, s);
      long qs = block + 48 + 32 * (s >> 1);
      int shift = 4 * (s & 1);
      int[] weights = out.weights;
      for (int k = 0; k < 32; k++) {
        int q = (BlockBytes.u8(src, qs + k) >> shift) & 15;
        int fifth = (BlockBytes.u8(src, block + 16 + k) >> s) & 1;
        weights[k] = (q | fifth << 4) * scale;
      }
      int minimum = subMinimum(src, block + 4, s);
      out.setScales(BlockBytes.f16(src, block), -BlockBytes.f16(src, block + 2), minimum, minimum);
    }
  },
  /// `d * sc * (q - 32)`: q of 6 bits, sc an int8 per 16 elements.
  ///
  /// Bytes: 128 of the low 4 bits of q, 64 of the high 2 bits, 16 of sc, d. With `h = s / 4` and `j
  /// = s % 4` the low bits are nibble `j / 2` of byte `64 * h + 32 * (j % 2) + k`, the high bits
  /// are bits `2 * j` and up of byte `32 * h + k`.
  Q6_K(Dtype.Q6_K, 4096) {
    @Override
    public void decode(MemorySegment src, long rowOffset, int index, IntegerBlock out) {
      long block = rowOffset + 210L * (index >> 3);
      int s = index & 7;
      int half = s >> 2;
      int j = s & 3;
      long lowBits = block + 64 * half + 32 * (j & 1);
      long highBits = block + 128 + 32 * half;
      int lowShift = 4 * (j >> 1);
      int highShift = 2 * j;
      int low = BlockBytes.s8(src, block + 192 + 2 * s);
      int high = BlockBytes.s8(src, block + 192 + 2 * s + 1);
      int[] weights = out.weights;
      for (int from = 0; from < 32; from += Long.BYTES) {
        long lowBytes = BlockBytes.u64(src, lowBits + from) >>> lowShift;
        long highBytes = BlockBytes.u64(src, highBits + from) >>> highShift;
        int scale = from < 16 ? low : high;
        for (int k = 0; k < Long.BYTES; k++) {
          int q = (int) (lowBytes >>> 8 * k) & 15 | ((int) (highBytes >>> 8 * k) & 3) << 4;
          weights[from + k] = (q - 32) * scale;
        }
      }
      out.setScale(BlockBytes.f16(src, block + 208));
    }
  };

  private final Dtype dtype;
  private final int maxWeight;

  KFormat(Dtype dtype, int maxWeight) {
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

  /// Scale number `s` of 8 in the 12 bytes that Q4_K and Q5_K pack scales and minimums into: the
  /// low 6 bits of byte `s` for the first four; then 4 bits from byte `4 + s` and the 2 bits that
  /// byte `s - 4` has to spare.
  static int subScale(MemorySegment src, long scales, int s) {
    if (s < 4) {
      return BlockBytes.u8(src, scales + s) & 63;
    }
    return (BlockBytes.u8(src, scales + s + 4) & 15)
        | (BlockBytes.u8(src, scales + s - 4) >> 6) << 4;
  }

  /// Minimum number `s` of 8: the low 6 bits of byte `4 + s` for the first four; then the high 4
  /// bits of byte `4 + s` and the 2 bits that byte `s` has to spare.
  static int subMinimum(MemorySegment src, long scales, int s) {
    if (s < 4) {
      return BlockBytes.u8(src, scales + s + 4) & 63;
    }
    return (BlockBytes.u8(src, scales + s + 4) >> 4) | (BlockBytes.u8(src, scales + s) >> 6) << 4;
  }
}
