package dev.freehold.kernel;

import dev.freehold.tensor.Dtype;
import java.lang.foreign.MemorySegment;

/// How the blocks of a dtype are read: to float32 values, and, where the arithmetic has an integer
/// form, to integers and scales.
///
/// Integer form: 32 consecutive elements are `value[k] = scale * w[k] + minScale * min[k / 16]`
/// with `|w[k]| <= maxWeight()` (see [IntegerBlock]). For every dtype `32 * 127 * maxWeight() <
/// 2^24`, so the sum of 32 products with int8 activations of magnitude up to 127 is exact in an
/// int32, and exact in float32 too, in any order. The largest are Q6_K with `32 * 127 * 4096 =
/// 16,646,144` and IQ4_XS with `32 * 127 * 4064 = 16,516,096`; `2^24` is 16,777,216.
///
/// Failures: a [KernelException] where a number of elements is not a whole number of blocks or the
/// dtype has no integer form; `IndexOutOfBoundsException` where the segment or array is too short.
///
/// Source: the layouts of ggml (`ggml-common.h`, `ggml-quants.c` of github.com/ggml-org/ggml).
public sealed interface BlockFormat
    permits FloatFormat, LegacyFormat, KFormat, IqFormat, TernaryFormat, Fp4Format {

  /// The format of a dtype.
  ///
  /// @throws KernelException where tensors of this dtype hold no weights
  static BlockFormat of(Dtype dtype) {
    return switch (dtype) {
      case F32 -> FloatFormat.F32;
      case F16 -> FloatFormat.F16;
      case BF16 -> FloatFormat.BF16;
      case Q4_0 -> LegacyFormat.Q4_0;
      case Q4_1 -> LegacyFormat.Q4_1;
      case Q5_0 -> LegacyFormat.Q5_0;
      case Q5_1 -> LegacyFormat.Q5_1;
      case Q8_0 -> LegacyFormat.Q8_0;
      case Q2_K -> KFormat.Q2_K;
      case Q3_K -> KFormat.Q3_K;
      case Q4_K -> KFormat.Q4_K;
      case Q5_K -> KFormat.Q5_K;
      case Q6_K -> KFormat.Q6_K;
      case IQ1_S -> IqFormat.IQ1_S;
      case IQ1_M -> IqFormat.IQ1_M;
      case IQ2_XXS -> IqFormat.IQ2_XXS;
      case IQ2_XS -> IqFormat.IQ2_XS;
      case IQ2_S -> IqFormat.IQ2_S;
      case IQ3_XXS -> IqFormat.IQ3_XXS;
      case IQ3_S -> IqFormat.IQ3_S;
      case IQ4_NL -> IqFormat.IQ4_NL;
      case IQ4_XS -> IqFormat.IQ4_XS;
      case TQ1_0 -> TernaryFormat.TQ1_0;
      case TQ2_0 -> TernaryFormat.TQ2_0;
      case Q1_0 -> TernaryFormat.Q1_0;
      case Q2_0 -> TernaryFormat.Q2_0;
      case MXFP4 -> Fp4Format.MXFP4;
      case NVFP4 -> Fp4Format.NVFP4;
      case I8, I16, I32, I64, F64, U8, U16, U32, U64, BOOL, F8_E4M3, F8_E5M2 ->
          throw new KernelException(
              "a tensor of dtype "
                  + dtype
                  + " was given where weights are needed; weights are read from F32, F16, BF16 and"
                  + " the quantized dtypes of GGUF: convert the model to one of those");
    };
  }

  Dtype dtype();

  /// Whether [#decode] is there.
  boolean hasIntegerForm();

  /// Bound of the magnitude of [IntegerBlock#weights]; 0 where there is no integer form.
  int maxWeight();

  /// Reads `IntegerBlock.LENGTH` elements as integers and scales: elements `32 * index` and up of
  /// the row that starts at byte `rowOffset` of `src`.
  void decode(MemorySegment src, long rowOffset, int index, IntegerBlock out);

  /// Reads `elements` values, a whole number of blocks from byte `byteOffset` of `src`, as ggml
  /// does: equal to its float32 values, but a zero may differ in sign.
  ///
  /// `scratch` is overwritten, so that a caller who keeps one allocates nothing.
  default void dequantize(
      MemorySegment src,
      long byteOffset,
      float[] dst,
      int dstOffset,
      int elements,
      IntegerBlock scratch) {
    BlockBytes.checkWholeBlocks(this, dst, dstOffset, elements);
    for (int index = 0; index < elements / IntegerBlock.LENGTH; index++) {
      decode(src, byteOffset, index, scratch);
      scratch.values(dst, dstOffset + index * IntegerBlock.LENGTH);
    }
  }

  /// The same with a scratch block of its own.
  default void dequantize(
      MemorySegment src, long byteOffset, float[] dst, int dstOffset, int elements) {
    dequantize(src, byteOffset, dst, dstOffset, elements, new IntegerBlock());
  }
}
