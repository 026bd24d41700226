package dev.freehold.vault.parity;

import java.io.IOException;
import java.nio.ByteBuffer;

/// Takes bytes one after the other, as a file that is being written.
public interface ByteSink {
  /// Takes all that remains in the buffer.
  void write(ByteBuffer bytes) throws IOException;
}
