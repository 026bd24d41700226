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

  /// Most tokens that [#stream] takes.
  public int streamTokens() {
    return this == AVX512_VNNI ? Int8Stream.TOKENS : 1;
  }

  /// See [Int8Stream].
  ///
  /// @param tokens 1 to [#streamTokens]
  public byte[] stream(int tokens, Layout layout) {
    if (tokens > streamTokens()) {
      throw new IllegalArgumentException(this + ": " + tokens + " tokens");
    }
    return switch (this) {
      case AVX512_VNNI -> Int8Stream.emit(tokens, layout, false);
      case AVX_VNNI -> Int8Stream256.emit(layout, true);
      case AVX2 -> Int8Stream256.emit(layout, false);
    };
  }

  /// The same for a single token, where weights are not to stay in a cache.
  public byte[] passingStream(Layout layout) {
    return this == AVX512_VNNI ? Int8Stream.emit(1, layout, true) : stream(1, layout);
  }

  /// See [Int8Unpack].
  public byte[] unpack(Layout layout) {
    return switch (this) {
      case AVX512_VNNI -> Int8Unpack.emit(layout);
      case AVX_VNNI, AVX2 -> Int8Unpack256.emit(layout);
    };
  }
}
