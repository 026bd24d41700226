package dev.freehold.kernel;

import dev.freehold.tensor.Dtype;
import java.lang.foreign.MemorySegment;

/// Writes the formats of [LegacyFormat] with the rounding of ggml's reference quantizers: the scale
/// from the extreme value, quotients by the float32 reciprocal of the scale before it is rounded to
/// float16.
enum LegacyQuantizer implements BlockQuantizer {
  /// `d = extreme / -8`; `q = x / d + 8` rounded, at most 15.
  Q4_0(Dtype.Q4_0) {
    @Override
    public void quantizeBlock(float[] src, int from, MemorySegment dst, long to) {
      float d = extreme(src, from) / -8;
      BlockQuantizer.putScale(Dtype.Q4_0, dst, to, d);
      nibbles(codes(src, from, 0, d, 8.5f, 15), dst, to + 2);
    }
  },
  /// `d = (max - min) / 15`, `m = min`; `q = (x - m) / d` rounded.
  Q4_1(Dtype.Q4_1) {
    @Override
    public void quantizeBlock(float[] src, int from, MemorySegment dst, long to) {
      float min = least(src, from);
      float d = (greatest(src, from) - min) / 15;
      BlockQuantizer.putScale(Dtype.Q4_1, dst, to, d);
      BlockQuantizer.putScale(Dtype.Q4_1, dst, to + 2, min);
      nibbles(codes(src, from, min, d, 0.5f, 15), dst, to + 4);
    }
  },
  /// `d = extreme / -16`; `q = x / d + 16` rounded, at most 31.
  Q5_0(Dtype.Q5_0) {
    @Override
    public void quantizeBlock(float[] src, int from, MemorySegment dst, long to) {
      float d = extreme(src, from) / -16;
      BlockQuantizer.putScale(Dtype.Q5_0, dst, to, d);
      int[] codes = codes(src, from, 0, d, 16.5f, 31);
      BlockBytes.put32(dst, to + 2, fifthBits(codes));
      nibbles(codes, dst, to + 6);
    }
  },
  /// `d = (max - min) / 31`, `m = min`; `q = (x - m) / d` rounded.
  Q5_1(Dtype.Q5_1) {
    @Override
    public void quantizeBlock(float[] src, int from, MemorySegment dst, long to) {
      float min = least(src, from);
      float d = (greatest(src, from) - min) / 31;
      BlockQuantizer.putScale(Dtype.Q5_1, dst, to, d);
      BlockQuantizer.putScale(Dtype.Q5_1, dst, to + 2, min);
      int[] codes = codes(src, from, min, d, 0.5f, 31);
      BlockBytes.put32(dst, to + 4, fifthBits(codes));
      nibbles(codes, dst, to + 8);
    }
  },
  /// `d = amax / 127`; `q = x / d` rounded, ties away from zero.
  Q8_0(Dtype.Q8_0) {
    @Override
    public void quantizeBlock(float[] src, int from, MemorySegment dst, long to) {
      float d = Math.abs(extreme(src, from)) / 127;
      float reciprocal = reciprocal(d);
      BlockQuantizer.putScale(Dtype.Q8_0, dst, to, d);
      for (int k = 0; k < 32; k++) {
        float x = src[from + k] * reciprocal;
        int magnitude = (int) (Math.abs((double) x) + 0.5);
        BlockBytes.put8(dst, to + 2 + k, Math.min(127, magnitude) * (x < 0 ? -1 : 1));
      }
    }
  };

  private final Dtype dtype;

  LegacyQuantizer(Dtype dtype) {
    this.dtype = dtype;
  }

  @Override
  public Dtype dtype() {
    return dtype;
  }

  /// `(x - min) / d + offset`, truncated, at most `most`.
  private static int[] codes(float[] src, int from, float min, float d, float offset, int most) {
    float reciprocal = reciprocal(d);
    int[] codes = new int[32];
    for (int k = 0; k < 32; k++) {
      codes[k] = Math.min(most, (int) ((src[from + k] - min) * reciprocal + offset));
    }
    return codes;
  }

  private static void nibbles(int[] codes, MemorySegment dst, long to) {
    for (int j = 0; j < 16; j++) {
      BlockBytes.put8(dst, to + j, (codes[j] & 15) | (codes[16 + j] & 15) << 4);
    }
  }

  private static int fifthBits(int[] codes) {
    int bits = 0;
    for (int k = 0; k < 32; k++) {
      bits |= (codes[k] >> 4) << k;
    }
    return bits;
  }

  /// Zero where the scale is zero, or so small that its reciprocal is infinite.
  private static float reciprocal(float d) {
    float reciprocal = 1 / d;
    return Float.isInfinite(reciprocal) ? 0 : reciprocal;
  }

  /// The first of the values with the largest magnitude, sign included.
  private static float extreme(float[] src, int from) {
    float extreme = 0;
    for (int k = 0; k < 32; k++) {
      if (Math.abs(extreme) < Math.abs(src[from + k])) {
        extreme = src[from + k];
      }
    }
    return extreme;
  }

  private static float least(float[] src, int from) {
    float least = src[from];
    for (int k = 1; k < 32; k++) {
      least = src[from + k] < least ? src[from + k] : least;
    }
    return least;
  }

  private static float greatest(float[] src, int from) {
    float greatest = src[from];
    for (int k = 1; k < 32; k++) {
      greatest = src[from + k] > greatest ? src[from + k] : greatest;
    }
    return greatest;
  }
}
