package dev.freehold.kernel;

import dev.freehold.tensor.Dtype;
import java.lang.foreign.MemorySegment;

/// Writes the plain float dtypes: the nearest value, ties to even.
enum FloatQuantizer implements BlockQuantizer {
  F32(Dtype.F32) {
    @Override
    public void quantizeBlock(float[] src, int from, MemorySegment dst, long to) {
      BlockBytes.put32(dst, to, Float.floatToRawIntBits(src[from]));
    }
  },
  F16(Dtype.F16) {
    @Override
    public void quantizeBlock(float[] src, int from, MemorySegment dst, long to) {
      BlockQuantizer.putScale(Dtype.F16, dst, to, src[from]);
    }
  },
  BF16(Dtype.BF16) {
    @Override
    public void quantizeBlock(float[] src, int from, MemorySegment dst, long to) {
      BlockBytes.put16(dst, to, Bf16.fromFloat(src[from]));
    }
  };

  private final Dtype dtype;

  FloatQuantizer(Dtype dtype) {
    this.dtype = dtype;
  }

  @Override
  public Dtype dtype() {
    return dtype;
  }
}
