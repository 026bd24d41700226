package dev.freehold.tensor;

import java.util.Optional;

/// The storage types of tensors, with the ids and block layouts of GGUF (ggml's `ggml_type`).
///
/// A tensor is stored as blocks of `blockLength` consecutive elements of a row, `blockBytes` each.
/// Types that only safetensors has carry the id [#NO_GGUF_ID].
public enum Dtype {
  F32(0, 1, 4),
  F16(1, 1, 2),
  Q4_0(2, 32, 18),
  Q4_1(3, 32, 20),
  Q5_0(6, 32, 22),
  Q5_1(7, 32, 24),
  Q8_0(8, 32, 34),
  Q2_K(10, 256, 84),
  Q3_K(11, 256, 110),
  Q4_K(12, 256, 144),
  Q5_K(13, 256, 176),
  Q6_K(14, 256, 210),
  IQ2_XXS(16, 256, 66),
  IQ2_XS(17, 256, 74),
  IQ3_XXS(18, 256, 98),
  IQ1_S(19, 256, 50),
  IQ4_NL(20, 32, 18),
  IQ3_S(21, 256, 110),
  IQ2_S(22, 256, 82),
  IQ4_XS(23, 256, 136),
  I8(24, 1, 1),
  I16(25, 1, 2),
  I32(26, 1, 4),
  I64(27, 1, 8),
  F64(28, 1, 8),
  IQ1_M(29, 256, 56),
  BF16(30, 1, 2),
  TQ1_0(34, 256, 54),
  TQ2_0(35, 256, 66),
  MXFP4(39, 32, 17),
  NVFP4(40, 64, 36),
  Q1_0(41, 128, 18),
  Q2_0(42, 64, 18),
  U8(Dtype.NO_GGUF_ID, 1, 1),
  U16(Dtype.NO_GGUF_ID, 1, 2),
  U32(Dtype.NO_GGUF_ID, 1, 4),
  U64(Dtype.NO_GGUF_ID, 1, 8),
  BOOL(Dtype.NO_GGUF_ID, 1, 1),
  F8_E4M3(Dtype.NO_GGUF_ID, 1, 1),
  F8_E5M2(Dtype.NO_GGUF_ID, 1, 1);

  /// The id of types that GGUF does not have.
  public static final int NO_GGUF_ID = -1;

  private static final Dtype[] BY_GGUF_ID = new Dtype[64];

  static {
    for (Dtype dtype : values()) {
      if (dtype.ggufId != NO_GGUF_ID) {
        BY_GGUF_ID[dtype.ggufId] = dtype;
      }
    }
  }

  private final int ggufId;
  private final int blockLength;
  private final int blockBytes;

  Dtype(int ggufId, int blockLength, int blockBytes) {
    this.ggufId = ggufId;
    this.blockLength = blockLength;
    this.blockBytes = blockBytes;
  }

  /// The type with this GGUF id, or empty where the id is unknown or was removed from the format.
  public static Optional<Dtype> byGgufId(int id) {
    return id < 0 || id >= BY_GGUF_ID.length
        ? Optional.empty()
        : Optional.ofNullable(BY_GGUF_ID[id]);
  }

  public int ggufId() {
    return ggufId;
  }

  /// Elements in a block; 1 for plain types.
  public int blockLength() {
    return blockLength;
  }

  /// Bytes of a block.
  public int blockBytes() {
    return blockBytes;
  }

  /// Whether several elements share a block with a common scale.
  public boolean isQuantized() {
    return blockLength > 1;
  }

  /// Bytes of `elements` consecutive elements.
  ///
  /// @throws ArithmeticException where `elements` is not a multiple of the block length, or the
  ///   result overflows
  public long byteSize(long elements) {
    if (elements % blockLength != 0) {
      throw new ArithmeticException(
          elements + " elements are no multiple of the block of " + blockLength + " of " + this);
    }
    return Math.multiplyExact(elements / blockLength, (long) blockBytes);
  }
}
