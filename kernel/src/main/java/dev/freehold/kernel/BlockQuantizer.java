package dev.freehold.kernel;

import dev.freehold.tensor.Dtype;
import java.lang.foreign.MemorySegment;

/// How float32 values are written as the blocks of a dtype; the inverse of [BlockFormat], up to
/// rounding.
///
/// F16, BF16 and the formats of [LegacyQuantizer] and MXFP4 give the bytes of ggml's reference. The
/// others choose scales by least squares of their own, so their bytes differ from those of
/// llama.cpp.
///
/// Failures: a [KernelException] where a number of elements is not a whole number of blocks, a
/// value is not finite or too large for the dtype, or the dtype cannot be written.
public sealed interface BlockQuantizer
    permits FloatQuantizer, LegacyQuantizer, KQuantizer, TableQuantizer {

  /// The quantizer of a dtype.
  ///
  /// @throws KernelException where there is none
  static BlockQuantizer of(Dtype dtype) {
    return switch (dtype) {
      case F32 -> FloatQuantizer.F32;
      case F16 -> FloatQuantizer.F16;
      case BF16 -> FloatQuantizer.BF16;
      case Q4_0 -> LegacyQuantizer.Q4_0;
      case Q4_1 -> LegacyQuantizer.Q4_1;
      case Q5_0 -> LegacyQuantizer.Q5_0;
      case Q5_1 -> LegacyQuantizer.Q5_1;
      case Q8_0 -> LegacyQuantizer.Q8_0;
      case Q2_K -> KQuantizer.Q2_K;
      case Q3_K -> KQuantizer.Q3_K;
      case Q4_K -> KQuantizer.Q4_K;
      case Q5_K -> KQuantizer.Q5_K;
      case Q6_K -> KQuantizer.Q6_K;
      case IQ4_NL -> TableQuantizer.IQ4_NL;
      case IQ4_XS -> TableQuantizer.IQ4_XS;
      case MXFP4 -> TableQuantizer.MXFP4;
      case IQ1_S,
          IQ1_M,
          IQ2_XXS,
          IQ2_XS,
          IQ2_S,
          IQ3_XXS,
          IQ3_S,
          TQ1_0,
          TQ2_0,
          NVFP4,
          Q1_0,
          Q2_0,
          I8,
          I16,
          I32,
          I64,
          F64,
          U8,
          U16,
          U32,
          U64,
          BOOL,
          F8_E4M3,
          F8_E5M2 ->
          throw new KernelException(
              "quantizing to "
                  + dtype
                  + " was asked for, which can only be read; choose one of F32 F16 BF16 Q8_0 Q4_0"
                  + " Q4_1 Q5_0 Q5_1 Q2_K Q3_K Q4_K Q5_K Q6_K IQ4_NL IQ4_XS MXFP4");
    };
  }

  Dtype dtype();

  /// Writes one block: `dtype().blockLength()` values from `src[from]` on, at byte `to` of `dst`.
  void quantizeBlock(float[] src, int from, MemorySegment dst, long to);

  /// Writes `elements` values from `src[srcOffset]` on, a whole number of blocks, from byte
  /// `dstOffset` of `dst` on.
  default void quantize(
      float[] src, int srcOffset, MemorySegment dst, long dstOffset, int elements) {
    int length = dtype().blockLength();
    if (elements < 0 || elements % length != 0) {
      throw new KernelException(
          elements
              + " elements were to be written as "
              + dtype()
              + "; give a multiple of its block length "
              + length);
    }
    for (int i = 0; i < elements; i++) {
      if (!Float.isFinite(src[srcOffset + i])) {
        throw new KernelException(
            "value "
                + src[srcOffset + i]
                + " at index "
                + (srcOffset + i)
                + " was to be written as "
                + dtype()
                + "; only finite values can be");
      }
    }
    for (int i = 0; i < elements; i += length) {
      quantizeBlock(src, srcOffset + i, dst, dstOffset + dtype().byteSize(i));
    }
  }

  /// Writes a scale as float16 and returns what was written.
  static float putScale(Dtype dtype, MemorySegment dst, long to, float scale) {
    short half = Float.floatToFloat16(scale);
    float written = Float.float16ToFloat(half);
    if (Float.isInfinite(written)) {
      throw new KernelException(
          "a block of "
              + dtype
              + " would need the scale "
              + scale
              + ", beyond the float16 limit 65504; its values are too large for that dtype");
    }
    BlockBytes.put16(dst, to, half);
    return written;
  }
}
