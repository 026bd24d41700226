package dev.freehold.kernel;

import dev.freehold.tensor.Dtype;
import java.lang.foreign.MemorySegment;

/// The formats of 4-bit floats (E2M1: sign, two exponent bits, one mantissa bit), taken as twice
/// their value so that they are integers: 0, 1, 2, 3, 4, 6, 8, 12 and their negatives.
enum Fp4Format implements BlockFormat {
  /// `2^(e - 128) * v`, 32 elements a block; bytes: e, 16 of nibbles (element `j` low, `16 + j`
  /// high in byte `j`).
  ///
  /// Source: OCP Microscaling Formats, version 1.0. Exponent 255, its NaN, is read as ggml does, as
  /// the number `2^127`.
  MXFP4(Dtype.MXFP4, 12) {
    @Override
    public void decode(MemorySegment src, long rowOffset, int index, IntegerBlock out) {
      long block = rowOffset + 17L * index;
      int[] weights = out.weights;
      for (int j = 0; j < 16; j++) {
        int pair = BlockBytes.u8(src, block + 1 + j);
        weights[j] = doubled(pair & 15);
        weights[16 + j] = doubled(pair >> 4);
      }
      out.setScale(mxfp4Scale(BlockBytes.u8(src, block)));
    }
  },
  /// `d[k / 16] / 2 * v` with d an unsigned E4M3 float per 16 elements, 64 elements a block; bytes:
  /// 4 of d, 32 of nibbles (8 per group of 16: element `j` low, `8 + j` high in byte `j`).
  ///
  /// The scales of two groups have no common unit that keeps sums below 2^24, so there is no
  /// integer form. The pattern 0x7f, a NaN, is read as ggml does, as 0.
  NVFP4(Dtype.NVFP4, 0) {
    @Override
    public void decode(MemorySegment src, long rowOffset, int index, IntegerBlock out) {
      throw BlockBytes.noIntegerForm(this);
    }

    @Override
    public void dequantize(
        MemorySegment src,
        long byteOffset,
        float[] dst,
        int dstOffset,
        int elements,
        IntegerBlock scratch) {
      BlockBytes.checkWholeBlocks(this, dst, dstOffset, elements);
      for (int group = 0; group < elements / 16; group++) {
        long block = byteOffset + 36L * (group >> 2);
        float half = 0.5f * e4m3(BlockBytes.u8(src, block + (group & 3)));
        long nibbles = block + 4 + 8 * (group & 3);
        int to = dstOffset + 16 * group;
        for (int j = 0; j < 8; j++) {
          int pair = BlockBytes.u8(src, nibbles + j);
          dst[to + j] = half * doubled(pair & 15);
          dst[to + 8 + j] = half * doubled(pair >> 4);
        }
      }
    }
  };

  /// The doubled magnitudes of the codes 0 to 7, a nibble each.
  private static final int DOUBLED = 0xc864_3210;

  private final Dtype dtype;
  private final int maxWeight;

  Fp4Format(Dtype dtype, int maxWeight) {
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

  /// Twice the value of an E2M1 code.
  static int doubled(int code) {
    int magnitude = (DOUBLED >>> (4 * (code & 7))) & 15;
    return code < 8 ? magnitude : -magnitude;
  }

  /// `2^(e - 128)`, half of the E8M0 scale `e`; denormal for e of 0 and 1.
  static float mxfp4Scale(int e) {
    return Float.intBitsToFloat(e < 2 ? 0x0020_0000 << e : (e - 1) << 23);
  }

  /// An unsigned E4M3 float: bias 7, denormals below exponent 1. The top bit is an exponent bit
  /// that no writer sets; as in ggml it is ignored.
  private static float e4m3(int bits) {
    int exponent = (bits >> 3) & 15;
    int mantissa = bits & 7;
    if (bits == 0x7f) {
      return 0;
    }
    return exponent == 0
        ? mantissa * 0x1p-9f
        : Float.intBitsToFloat((exponent - 7 + 127) << 23 | mantissa << 20);
  }
}
