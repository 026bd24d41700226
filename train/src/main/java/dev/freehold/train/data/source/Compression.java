package dev.freehold.train.data.source;

import dev.freehold.train.data.zstd.ZstdStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;

/// How a file of documents is compressed, by the end of its name.
enum Compression {
  NONE,
  GZIP,
  ZSTD;

  private static final int BUFFER = 1 << 16;

  static Compression of(Path file) {
    String name = file.getFileName().toString();
    if (name.endsWith(".zst")) {
      return ZSTD;
    }
    return name.endsWith(".gz") ? GZIP : NONE;
  }

  /// The content of a compressed stream.
  InputStream open(InputStream in) throws IOException {
    return switch (this) {
      case NONE -> in;
      case GZIP -> new GZIPInputStream(in, BUFFER);
      case ZSTD -> new ZstdStream(in);
    };
  }
}
