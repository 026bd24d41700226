package dev.freehold.kernel;

import dev.freehold.tensor.Dtype;
import java.lang.foreign.MemorySegment;

/// The IQ formats: values from a grid of points or a table, with one float16 scale `d` a block.
///
/// Below, `s` is the number of the sub-block of 32 elements within a block of 256, and `g` the
/// group of 8 elements within the sub-block, 0 to 3. Signs are a bit per element; "even signs" are
/// 7 bits a group, the eighth makes the number of set bits even.
enum IqFormat implements BlockFormat {
  /// `d / 8 * (2 sc + 1) * grid * sign`; bytes: d, then 8 per sub-block: 4 grid codes, and 32 bits
  /// of four even signs (7 bits each) and sc (the top 4 bits).
  IQ2_XXS(Dtype.IQ2_XXS, 43 * 31) {
    @Override
    public void decode(MemorySegment src, long rowOffset, int index, IntegerBlock out) {
      long block = rowOffset + 66L * (index >> 3);
      long sub = block + 2 + 8 * (index & 7);
      int bits = BlockBytes.u32(src, sub + 4);
      int scale = 2 * (bits >>> 28) + 1;
      for (int g = 0; g < 4; g++) {
        int signs = evenSigns(bits >>> (7 * g));
        eight(Grids.IQ2_XXS, BlockBytes.u8(src, sub + g), signs, scale, g, out.weights);
      }
      out.setScale(0.125f * BlockBytes.f16(src, block));
    }
  },
  /// `d / 8 * (2 sc + 1) * grid * sign`; bytes: d, 2 per group (9 bits of grid code, 7 of even
  /// signs), then a byte per sub-block: sc of its first and of its second 16 elements.
  IQ2_XS(Dtype.IQ2_XS, 43 * 31) {
    @Override
    public void decode(MemorySegment src, long rowOffset, int index, IntegerBlock out) {
      long block = rowOffset + 74L * (index >> 3);
      int s = index & 7;
      int scales = BlockBytes.u8(src, block + 66 + s);
      for (int g = 0; g < 4; g++) {
        int code = BlockBytes.u16(src, block + 2 + 8 * s + 2 * g);
        int scale = 2 * ((scales >> (4 * (g >> 1))) & 15) + 1;
        eight(Grids.IQ2_XS, code & 511, evenSigns(code >> 9), scale, g, out.weights);
      }
      out.setScale(0.125f * BlockBytes.f16(src, block));
    }
  },
  /// `d / 8 * (2 sc + 1) * grid * sign`; bytes: d, 32 of low grid codes, 32 of signs, 8 of high
  /// grid codes (2 bits a group), 8 of sc as in IQ2_XS.
  IQ2_S(Dtype.IQ2_S, 43 * 31) {
    @Override
    public void decode(MemorySegment src, long rowOffset, int index, IntegerBlock out) {
      long block = rowOffset + 82L * (index >> 3);
      int s = index & 7;
      int high = BlockBytes.u8(src, block + 66 + s);
      int scales = BlockBytes.u8(src, block + 74 + s);
      for (int g = 0; g < 4; g++) {
        int point = BlockBytes.u8(src, block + 2 + 4 * s + g) | ((high >> (2 * g)) & 3) << 8;
        int signs = BlockBytes.u8(src, block + 34 + 4 * s + g);
        int scale = 2 * ((scales >> (4 * (g >> 1))) & 15) + 1;
        eight(Grids.IQ2_S, point, signs, scale, g, out.weights);
      }
      out.setScale(0.125f * BlockBytes.f16(src, block));
    }
  },
  /// `d / 4 * (2 sc + 1) * grid * sign`; bytes: d, 64 of grid codes (one per 4 elements), then 32
  /// bits per sub-block: four even signs and sc (the top 4 bits).
  IQ3_XXS(Dtype.IQ3_XXS, 62 * 31) {
    @Override
    public void decode(MemorySegment src, long rowOffset, int index, IntegerBlock out) {
      long block = rowOffset + 98L * (index >> 3);
      int s = index & 7;
      int bits = BlockBytes.u32(src, block + 66 + 4 * s);
      int scale = 2 * (bits >>> 28) + 1;
      for (int j = 0; j < 8; j++) {
        int signs = evenSigns(bits >>> (7 * (j >> 1))) >> (4 * (j & 1));
        int point = BlockBytes.u8(src, block + 2 + 8 * s + j);
        four(Grids.IQ3_XXS, point, signs, scale, j, out.weights);
      }
      out.setScale(0.25f * BlockBytes.f16(src, block));
    }
  },
  /// `d * (2 sc + 1) * grid * sign`; bytes: d, 64 of low grid codes (one per 4 elements), 8 of high
  /// grid codes (a bit per 4 elements), 32 of signs, 4 of sc (a nibble per sub-block).
  IQ3_S(Dtype.IQ3_S, 15 * 31) {
    @Override
    public void decode(MemorySegment src, long rowOffset, int index, IntegerBlock out) {
      long block = rowOffset + 110L * (index >> 3);
      int s = index & 7;
      int high = BlockBytes.u8(src, block + 66 + s);
      int scales = BlockBytes.u8(src, block + 106 + (s >> 1));
      int scale = 2 * ((scales >> (4 * (s & 1))) & 15) + 1;
      for (int j = 0; j < 8; j++) {
        int signs = BlockBytes.u8(src, block + 74 + 4 * s + (j >> 1)) >> (4 * (j & 1));
        int point = BlockBytes.u8(src, block + 2 + 8 * s + j) | ((high >> j) & 1) << 8;
        four(Grids.IQ3_S, point, signs, scale, j, out.weights);
      }
      out.setScale(BlockBytes.f16(src, block));
    }
  },
  /// `d / 8 * (2 sc + 1) * (8 grid + delta)`, delta 1 or -1; bytes: d, 32 of low grid codes, then
  /// 16 bits per sub-block: 3 bits of high grid code per group, sc (3 bits), the sign of delta.
  IQ1_S(Dtype.IQ1_S, 9 * 15) {
    @Override
    public void decode(MemorySegment src, long rowOffset, int index, IntegerBlock out) {
      long block = rowOffset + 50L * (index >> 3);
      int s = index & 7;
      int high = BlockBytes.u16(src, block + 34 + 2 * s);
      int scale = 2 * ((high >> 12) & 7) + 1;
      int delta = (high & 0x8000) == 0 ? 1 : -1;
      for (int g = 0; g < 4; g++) {
        int point = BlockBytes.u8(src, block + 2 + 4 * s + g) | ((high >> (3 * g)) & 7) << 8;
        shifted(point, delta, scale, g, out.weights);
      }
      out.setScale(0.125f * BlockBytes.f16(src, block));
    }
  },
  /// `d / 8 * (2 sc + 1) * (8 grid + delta)`; bytes: 32 of low grid codes, 16 of nibbles per group
  /// (3 bits of high grid code, the sign of delta), 8 of 16-bit words with sc (3 bits per 16
  /// elements) in the low 12 bits and d, a nibble a word, in the high 4.
  IQ1_M(Dtype.IQ1_M, 9 * 15) {
    @Override
    public void decode(MemorySegment src, long rowOffset, int index, IntegerBlock out) {
      long block = rowOffset + 56L * (index >> 3);
      int s = index & 7;
      int word = BlockBytes.u16(src, block + 48 + 2 * (s >> 1)) >> (6 * (s & 1));
      int high = BlockBytes.u16(src, block + 32 + 2 * s);
      for (int g = 0; g < 4; g++) {
        int nibble = (high >> (4 * g)) & 15;
        int point = BlockBytes.u8(src, block + 4 * s + g) | (nibble & 7) << 8;
        int scale = 2 * ((word >> (3 * (g >> 1))) & 7) + 1;
        shifted(point, (nibble & 8) == 0 ? 1 : -1, scale, g, out.weights);
      }
      int d = 0;
      for (int j = 0; j < 4; j++) {
        d |= (BlockBytes.u16(src, block + 48 + 2 * j) >> 12) << (4 * j);
      }
      out.setScale(0.125f * Float.float16ToFloat((short) d));
    }
  },
  /// `d * table[q]`, q of 4 bits, 32 elements a block; bytes: d, 16 of nibbles (element `j` low,
  /// `16 + j` high in byte `j`).
  IQ4_NL(Dtype.IQ4_NL, 127) {
    @Override
    public void decode(MemorySegment src, long rowOffset, int index, IntegerBlock out) {
      long block = rowOffset + 18L * index;
      nonLinear(src, block + 2, 1, out.weights);
      out.setScale(BlockBytes.f16(src, block));
    }
  },
  /// `d * (sc - 32) * table[q]`, sc of 6 bits per 32 elements; bytes: d, 16 bits of high sc (2 bits
  /// per sub-block), 4 of low sc (a nibble per sub-block), 128 of q (as in IQ4_NL).
  IQ4_XS(Dtype.IQ4_XS, 32 * 127) {
    @Override
    public void decode(MemorySegment src, long rowOffset, int index, IntegerBlock out) {
      long block = rowOffset + 136L * (index >> 3);
      int s = index & 7;
      int low = (BlockBytes.u8(src, block + 4 + (s >> 1)) >> (4 * (s & 1))) & 15;
      int high = (BlockBytes.u16(src, block + 2) >> (2 * s)) & 3;
      nonLinear(src, block + 8 + 16 * s, (low | high << 4) - 32, out.weights);
      out.setScale(BlockBytes.f16(src, block));
    }
  };

  private final Dtype dtype;
  private final int maxWeight;

  IqFormat(Dtype dtype, int maxWeight) {
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

  /// The value of code `q` of IQ4_NL and IQ4_XS.
  static int tableValue(int q) {
    return Grids.NON_LINEAR[q];
  }

  private static int evenSigns(int sevenBits) {
    int signs = sevenBits & 127;
    return signs | (Integer.bitCount(signs) & 1) << 7;
  }

  private static void eight(
      byte[] grid, int point, int signs, int scale, int group, int[] weights) {
    for (int j = 0; j < 8; j++) {
      int magnitude = grid[8 * point + j] * scale;
      weights[8 * group + j] = ((signs >> j) & 1) == 0 ? magnitude : -magnitude;
    }
  }

  private static void four(byte[] grid, int point, int signs, int scale, int quad, int[] weights) {
    for (int j = 0; j < 4; j++) {
      int magnitude = grid[4 * point + j] * scale;
      weights[4 * quad + j] = ((signs >> j) & 1) == 0 ? magnitude : -magnitude;
    }
  }

  private static void shifted(int point, int delta, int scale, int group, int[] weights) {
    for (int j = 0; j < 8; j++) {
      weights[8 * group + j] = (8 * Grids.IQ1[8 * point + j] + delta) * scale;
    }
  }

  private static void nonLinear(MemorySegment src, long offset, int scale, int[] weights) {
    for (int j = 0; j < 16; j++) {
      int pair = BlockBytes.u8(src, offset + j);
      weights[j] = Grids.NON_LINEAR[pair & 15] * scale;
      weights[16 + j] = Grids.NON_LINEAR[pair >> 4] * scale;
    }
  }

  /// The tables, expanded when a format first needs them.
  private static final class Grids {
    static final byte[] NON_LINEAR = {
      -127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113
    };
    static final byte[] IQ2_XXS = IqGrids.expand(IqGrids.IQ2_XXS, 256, 8, 25, 43);
    static final byte[] IQ2_XS = IqGrids.expand(IqGrids.IQ2_XS, 512, 8, 25, 43);
    static final byte[] IQ2_S = IqGrids.expand(IqGrids.IQ2_S, 1024, 8, 25, 43);
    static final byte[] IQ3_XXS =
        IqGrids.expand(IqGrids.IQ3_XXS, 256, 4, 12, 20, 28, 36, 44, 52, 62);
    static final byte[] IQ3_S = IqGrids.expand(IqGrids.IQ3_S, 512, 1, 3, 5, 7, 9, 11, 13, 15);
    static final byte[] IQ1 = IqGrids.expand(IqGrids.IQ1, 2048, -1, 0, 1);
  }
}
