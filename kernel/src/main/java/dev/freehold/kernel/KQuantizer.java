package dev.freehold.kernel;

import dev.freehold.tensor.Dtype;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// Writes the formats of [KFormat], where their bytes are described.
///
/// Scales and minimums of the sub-blocks by least squares, then quantized by the largest, then
/// codes by the quantized ones.
enum KQuantizer implements BlockQuantizer {
  Q2_K(Dtype.Q2_K) {
    @Override
    void fill(float[] src, int from, byte[] block) {
      Affines affines = affines(src, from, 16, 3, 15);
      for (int j = 0; j < 16; j++) {
        block[j] = (byte) (affines.scales[j] | affines.minimums[j] << 4);
      }
      MemorySegment bytes = MemorySegment.ofArray(block);
      float d = BlockQuantizer.putScale(dtype(), bytes, 80, affines.d);
      float dMin = BlockQuantizer.putScale(dtype(), bytes, 82, affines.dMin);
      for (int i = 0; i < 256; i++) {
        int j = i >> 4;
        ScaleFit.Affine fit =
            new ScaleFit.Affine(d * affines.scales[j], dMin * affines.minimums[j]);
        putTwoBits(block, 16, i, fit.code(src[from + i], 3));
      }
    }
  },
  Q3_K(Dtype.Q3_K) {
    @Override
    void fill(float[] src, int from, byte[] block) {
      float[] scales = symmetric(src, from, 4);
      float d =
          BlockQuantizer.putScale(
              dtype(), MemorySegment.ofArray(block), 108, ScaleFit.extreme(scales, 0, 16) / -32);
      for (int j = 0; j < 16; j++) {
        int scale = ratio(scales[j], d, -32, 31);
        int bits = scale + 32;
        block[96 + (j & 7)] |= (byte) ((bits & 15) << (4 * (j >> 3)));
        block[104 + (j & 3)] |= (byte) ((bits >> 4) << (2 * (j >> 2)));
        for (int i = 16 * j; i < 16 * j + 16; i++) {
          int q = ratio(src[from + i], d * scale, -4, 3) + 4;
          putTwoBits(block, 32, i, q & 3);
          block[i & 31] |= (byte) ((q >> 2) << (i >> 5));
        }
      }
    }
  },
  Q4_K(Dtype.Q4_K) {
    @Override
    void fill(float[] src, int from, byte[] block) {
      int[] codes = codesOf32(src, from, 15, block);
      for (int i = 0; i < 256; i++) {
        putNibble(block, 16, i, codes[i]);
      }
    }
  },
  Q5_K(Dtype.Q5_K) {
    @Override
    void fill(float[] src, int from, byte[] block) {
      int[] codes = codesOf32(src, from, 31, block);
      for (int i = 0; i < 256; i++) {
        putNibble(block, 48, i, codes[i] & 15);
        block[16 + (i & 31)] |= (byte) ((codes[i] >> 4) << (i >> 5));
      }
    }
  },
  Q6_K(Dtype.Q6_K) {
    @Override
    void fill(float[] src, int from, byte[] block) {
      float[] scales = symmetric(src, from, 32);
      float d =
          BlockQuantizer.putScale(
              dtype(), MemorySegment.ofArray(block), 208, ScaleFit.extreme(scales, 0, 16) / -128);
      for (int j = 0; j < 16; j++) {
        int scale = ratio(scales[j], d, -128, 127);
        block[192 + j] = (byte) scale;
        for (int i = 16 * j; i < 16 * j + 16; i++) {
          int q = ratio(src[from + i], d * scale, -32, 31) + 32;
          int half = i >> 7;
          int s = (i >> 5) & 3;
          int k = i & 31;
          block[64 * half + 32 * (s & 1) + k] |= (byte) ((q & 15) << (4 * (s >> 1)));
          block[128 + 32 * half + k] |= (byte) ((q >> 4) << (2 * s));
        }
      }
    }
  };

  private final Dtype dtype;

  KQuantizer(Dtype dtype) {
    this.dtype = dtype;
  }

  /// Fills a block of zeros.
  abstract void fill(float[] src, int from, byte[] block);

  @Override
  public Dtype dtype() {
    return dtype;
  }

  @Override
  public void quantizeBlock(float[] src, int from, MemorySegment dst, long to) {
    byte[] block = new byte[dtype.blockBytes()];
    fill(src, from, block);
    MemorySegment.copy(block, 0, dst, ValueLayout.JAVA_BYTE, to, block.length);
  }

  /// Quantized scales and minimums of the sub-blocks, in units of `d` and `dMin`.
  private record Affines(int[] scales, int[] minimums, float d, float dMin) {}

  private static Affines affines(float[] src, int from, int length, int most, int mostScale) {
    int count = 256 / length;
    float[] scales = new float[count];
    float[] minimums = new float[count];
    for (int j = 0; j < count; j++) {
      ScaleFit.Affine fit = ScaleFit.affine(src, from + j * length, length, most);
      scales[j] = fit.scale();
      minimums[j] = fit.minimum();
    }
    float d = ScaleFit.extreme(scales, 0, count) / mostScale;
    float dMin = ScaleFit.extreme(minimums, 0, count) / mostScale;
    int[] scaleCodes = new int[count];
    int[] minimumCodes = new int[count];
    for (int j = 0; j < count; j++) {
      scaleCodes[j] = ratio(scales[j], d, 0, mostScale);
      minimumCodes[j] = ratio(minimums[j], dMin, 0, mostScale);
    }
    return new Affines(scaleCodes, minimumCodes, d, dMin);
  }

  /// The codes of a block of Q4_K or Q5_K, whose scales and minimums are put in its first 16 bytes.
  private static int[] codesOf32(float[] src, int from, int most, byte[] block) {
    Affines affines = affines(src, from, 32, most, 63);
    Dtype dtype = most == 15 ? Dtype.Q4_K : Dtype.Q5_K;
    MemorySegment bytes = MemorySegment.ofArray(block);
    float d = BlockQuantizer.putScale(dtype, bytes, 0, affines.d);
    float dMin = BlockQuantizer.putScale(dtype, bytes, 2, affines.dMin);
    int[] codes = new int[256];
    for (int s = 0; s < 8; s++) {
      int scale = affines.scales[s];
      int minimum = affines.minimums[s];
      if (s < 4) {
        block[4 + s] |= (byte) scale;
        block[8 + s] |= (byte) minimum;
      } else {
        block[8 + s] = (byte) ((scale & 15) | (minimum & 15) << 4);
        block[s] |= (byte) ((scale >> 4) << 6);
        block[4 + s] |= (byte) ((minimum >> 4) << 6);
      }
      ScaleFit.Affine fit = new ScaleFit.Affine(d * scale, dMin * minimum);
      for (int i = 32 * s; i < 32 * s + 32; i++) {
        codes[i] = fit.code(src[from + i], most);
      }
    }
    return codes;
  }

  private static float[] symmetric(float[] src, int from, int most) {
    float[] scales = new float[16];
    for (int j = 0; j < 16; j++) {
      scales[j] = ScaleFit.symmetric(src, from + 16 * j, 16, most);
    }
    return scales;
  }

  /// `value / unit` rounded and limited; 0 where the unit is 0.
  static int ratio(float value, float unit, int low, int high) {
    return unit == 0 ? 0 : Math.clamp((long) Math.rint((double) value / unit), low, high);
  }

  private static void putTwoBits(byte[] block, int at, int i, int code) {
    block[at + 32 * (i >> 7) + (i & 31)] |= (byte) (code << (2 * ((i >> 5) & 3)));
  }

  private static void putNibble(byte[] block, int at, int i, int code) {
    block[at + 32 * (i >> 6) + (i & 31)] |= (byte) (code << (4 * ((i >> 5) & 1)));
  }
}
