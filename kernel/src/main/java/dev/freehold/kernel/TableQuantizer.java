package dev.freehold.kernel;

import dev.freehold.tensor.Dtype;
import java.lang.foreign.MemorySegment;

/// Writes the formats whose codes stand for a table's values: IQ4_NL and IQ4_XS (see [IqFormat])
/// and MXFP4 (see [Fp4Format]).
enum TableQuantizer implements BlockQuantizer {
  IQ4_NL(Dtype.IQ4_NL) {
    @Override
    public void quantizeBlock(float[] src, int from, MemorySegment dst, long to) {
      float d = BlockQuantizer.putScale(dtype(), dst, to, scale(src, from));
      putNonLinear(src, from, d, dst, to + 2);
    }
  },
  IQ4_XS(Dtype.IQ4_XS) {
    @Override
    public void quantizeBlock(float[] src, int from, MemorySegment dst, long to) {
      float[] scales = new float[8];
      for (int s = 0; s < 8; s++) {
        scales[s] = scale(src, from + 32 * s);
      }
      float extreme = ScaleFit.extreme(scales, 0, 8);
      float d = BlockQuantizer.putScale(dtype(), dst, to, extreme / -32);
      int low = 0;
      int high = 0;
      for (int s = 0; s < 8; s++) {
        int scale = KQuantizer.ratio(scales[s], d, -32, 31);
        low |= ((scale + 32) & 15) << (4 * s);
        high |= ((scale + 32) >> 4) << (2 * s);
        putNonLinear(src, from + 32 * s, d * scale, dst, to + 8 + 16 * s);
      }
      BlockBytes.put16(dst, to + 2, high);
      BlockBytes.put32(dst, to + 4, low);
    }
  },
  /// As ggml: the exponent of the largest magnitude less 2, the first of the nearest values.
  MXFP4(Dtype.MXFP4) {
    @Override
    public void quantizeBlock(float[] src, int from, MemorySegment dst, long to) {
      float largest = Math.abs(ScaleFit.extreme(src, from, 32));
      int e = largest == 0 ? 0 : Math.max(0, binaryExponent(largest) - 2 + 127);
      float d = Fp4Format.mxfp4Scale(e);
      BlockBytes.put8(dst, to, e);
      for (int j = 0; j < 16; j++) {
        int low = nearestFloat4(src[from + j], d);
        int high = nearestFloat4(src[from + 16 + j], d);
        BlockBytes.put8(dst, to + 1 + j, low | high << 4);
      }
    }
  };

  private static final int STEPS = 7;

  private final Dtype dtype;

  TableQuantizer(Dtype dtype) {
    this.dtype = dtype;
  }

  @Override
  public Dtype dtype() {
    return dtype;
  }

  /// The least squares scale of 32 values over the table of IQ4_NL.
  private static float scale(float[] src, int from) {
    float extreme = ScaleFit.extreme(src, from, 32);
    double best = 0;
    double scale = 0;
    for (int step = -STEPS; extreme != 0 && step <= STEPS; step++) {
      double inverse = (step + IqFormat.tableValue(0)) / (double) extreme;
      double products = 0;
      double squares = 0;
      for (int k = from; k < from + 32; k++) {
        int value = IqFormat.tableValue(nearestNonLinear(inverse * src[k]));
        products += (double) value * src[k];
        squares += value * value;
      }
      if (products * products > best * squares) {
        scale = products / squares;
        best = products * scale;
      }
    }
    return (float) scale;
  }

  private static void putNonLinear(float[] src, int from, float scale, MemorySegment dst, long to) {
    double inverse = scale == 0 ? 0 : 1.0 / scale;
    for (int j = 0; j < 16; j++) {
      int low = nearestNonLinear(inverse * src[from + j]);
      int high = nearestNonLinear(inverse * src[from + 16 + j]);
      BlockBytes.put8(dst, to + j, low | high << 4);
    }
  }

  private static int nearestNonLinear(double x) {
    int code = 0;
    while (code < 15 && x > (IqFormat.tableValue(code) + IqFormat.tableValue(code + 1)) / 2.0) {
      code++;
    }
    return code;
  }

  private static int nearestFloat4(float x, float d) {
    int nearest = 0;
    float least = Math.abs(x);
    for (int code = 1; code < 16; code++) {
      float error = Math.abs(Fp4Format.doubled(code) * d - x);
      if (error < least) {
        nearest = code;
        least = error;
      }
    }
    return nearest;
  }

  /// The exponent of a positive float, of a denormal too.
  private static int binaryExponent(float x) {
    return x < Float.MIN_NORMAL ? Math.getExponent(x * 0x1p24f) - 24 : Math.getExponent(x);
  }
}
