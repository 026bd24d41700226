package dev.freehold.kernel.x86;

import dev.freehold.kernel.x86.Int8Tile.Ending;
import dev.freehold.kernel.x86.Int8Unpack.Layout;

/// Writes the int8 kernels for one set of instructions; all take the same arguments.
public enum Int8Emitter {
  AVX512_VNNI,
  AVX_VNNI,
  AVX2;

  /// See [Int8Tile].
  public byte[] tile(int groups, int tokens, Layout layout) {
    return switch (this) {
      case AVX512_VNNI -> Int8Tile.emit(groups, tokens, Ending.of(layout));
      case AVX_VNNI -> Int8Tile256.emit(groups, tokens, layout, true);
      case AVX2 -> Int8Tile256.emit(groups, tokens, layout, false);
    };
  }

  /// See [Int8Row].
  public byte[] row(int groups, Layout layout) {
    return switch (this) {
      case AVX512_VNNI -> Int8Row.emit(groups, layout);
      case AVX_VNNI -> Int8Row256.emit(groups, layout, true);
      case AVX2 -> Int8Row256.emit(groups, layout, false);
    };
  }

  /// Most tokens that [#batch] takes; one where there is no such kernel.
  public int batchTokens() {
    return this == AVX512_VNNI ? Int8Batch.TOKENS : 1;
  }

  /// See [Int8Batch].
  ///
  /// @param tokens 2 to [#batchTokens]
  public byte[] batch(int tokens, Layout layout) {
    if (tokens > batchTokens()) {
      throw new IllegalArgumentException(this + ": " + tokens + " tokens");
    }
    return Int8Batch.emit(tokens, layout);
  }

  /// See [Int8Unpack].
  public byte[] unpack(Layout layout) {
    return switch (this) {
      case AVX512_VNNI -> Int8Unpack.emit(layout);
      case AVX_VNNI, AVX2 -> Int8Unpack256.emit(layout);
    };
  }
}
