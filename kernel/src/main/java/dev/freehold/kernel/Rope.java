package dev.freehold.kernel;

/// How the heads of a row are rotated.
///
/// @param heads heads in a row
/// @param headDim elements from one head to the next
/// @param start first rotated element of a head
/// @param pairing which elements form the pairs
public record Rope(int heads, int headDim, int start, Pairing pairing) {
  /// Which elements of a head are rotated together.
  public enum Pairing {
    /// i and i + pairs, as in GPT-NeoX and in Hugging Face files.
    HALVES,
    /// 2i and 2i + 1, as in RoFormer and in GGUF files of the llama family.
    NEIGHBOURS
  }
}
