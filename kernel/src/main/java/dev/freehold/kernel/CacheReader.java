package dev.freehold.kernel;

/// Widens a part of a key-value block to float32.
interface CacheReader {
  /// Slots `low` to `high - 1` of all dimensions of a head's keys, to `out[e * 256 + slot]`. Both
  /// bounds are multiples of the number of lanes.
  void readKeys(KeyValueStore store, int block, int head, int low, int high, float[] out);

  /// Slots `low` to `high - 1` of a head's values, to `out[slot * stride + e]`.
  void readValues(
      KeyValueStore store, int block, int head, int low, int high, float[] out, int stride);
}
