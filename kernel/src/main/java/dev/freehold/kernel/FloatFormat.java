package dev.freehold.kernel;

import dev.freehold.tensor.Dtype;
import java.lang.foreign.MemorySegment;

/// The plain float dtypes: one element a block, no integer form.
enum FloatFormat implements BlockFormat {
  F32(Dtype.F32) {
    @Override
    void read(MemorySegment src, long byteOffset, float[] dst, int dstOffset, int elements) {
      for (int k = 0; k < elements; k++) {
        dst[dstOffset + k] = BlockBytes.f32(src, byteOffset + 4L * k);
      }
    }
  },
  F16(Dtype.F16) {
    @Override
    void read(MemorySegment src, long byteOffset, float[] dst, int dstOffset, int elements) {
      for (int k = 0; k < elements; k++) {
        dst[dstOffset + k] = BlockBytes.f16(src, byteOffset + 2L * k);
      }
    }
  },
  /// The upper half of a float32.
  BF16(Dtype.BF16) {
    @Override
    void read(MemorySegment src, long byteOffset, float[] dst, int dstOffset, int elements) {
      for (int k = 0; k < elements; k++) {
        dst[dstOffset + k] = Float.intBitsToFloat(BlockBytes.u16(src, byteOffset + 2L * k) << 16);
      }
    }
  };

  private final Dtype dtype;

  FloatFormat(Dtype dtype) {
    this.dtype = dtype;
  }

  abstract void read(MemorySegment src, long byteOffset, float[] dst, int dstOffset, int elements);

  @Override
  public Dtype dtype() {
    return dtype;
  }

  @Override
  public boolean hasIntegerForm() {
    return false;
  }

  @Override
  public int maxWeight() {
    return 0;
  }

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
    read(src, byteOffset, dst, dstOffset, elements);
  }
}
