package dev.freehold.vault.parity;

import java.io.IOException;
import java.nio.ByteBuffer;

/// Bytes that can be read at any position, as of an open file.
public interface ByteSource {
  long size() throws IOException;

  /// Reads what fits from the position on, and returns how many bytes, or -1 at the end.
  int read(ByteBuffer target, long position) throws IOException;
}
