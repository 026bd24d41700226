package dev.freehold.kernel;

/// Widens a part of a key-value block to float32.
interface CacheReader {
  /// Slots `low` to `high - 1` of all dimensions of a head's keys, to `out[e * 256 + slot]`. Both
  /// bounds are multiples of the number of lanes.
  void readKeys(KeyValueStore store, int block, int head, int low, int high, float[] out);

  /// By how much [#readValues] makes values of this dtype smaller, a power of two, exactly: what
  /// they are multiplied with can be as much larger.
  ///
  /// The products stay the same to the bit, and factors below the smallest normal float, which cost
  /// some processors a hundred cycles each, become normal ones. A float16 has no bit below 2^-24,
  /// so that nothing of it is lost; a float32 or bfloat16 may be too small.
  static float valueFactor(KvDtype dtype) {
    return switch (dtype) {
      case F16, Q8_0 -> 0x1p-24f;
      case F32, BF16 -> 1;
    };
  }

  /// Slots `low` to `high - 1` of a head's values times [#valueFactor], to `out[slot * stride +
  /// e]`.
  void readValues(
      KeyValueStore store, int block, int head, int low, int high, float[] out, int stride);
}
