package dev.freehold.vault.repair;

import dev.freehold.tensor.Sha256;
import dev.freehold.vault.Digest;
import dev.freehold.vault.disk.Disk;
import dev.freehold.vault.parity.ByteSink;
import dev.freehold.vault.parity.ByteSource;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.function.LongConsumer;

/// The bytes of a blob, or what became of them: readable by position, hashed or copied in order.
record BlobContent(ByteSource source) {
  private static final int CHUNK = 1 << 20;

  static ByteSource of(Disk.OpenFile file) {
    return new ByteSource() {
      @Override
      public long size() throws IOException {
        return file.size();
      }

      @Override
      public int read(ByteBuffer target, long position) throws IOException {
        return file.read(target, position);
      }
    };
  }

  Digest digest(LongConsumer progress) throws IOException {
    MessageDigest digest = Sha256.begin();
    copyTo(digest::update, progress);
    return Digest.of(digest.digest());
  }

  void copyTo(ByteSink sink, LongConsumer progress) throws IOException {
    long size = source.size();
    ByteBuffer chunk = ByteBuffer.allocate((int) Math.clamp(size, 1, CHUNK));
    long position = 0;
    while (position < size) {
      if (Thread.currentThread().isInterrupted()) {
        throw new InterruptedIOException("stopped");
      }
      chunk.clear().limit((int) Math.min(CHUNK, size - position));
      int count = source.read(chunk, position);
      if (count <= 0) {
        throw new IOException("ended after " + position + " of " + size + " bytes");
      }
      sink.write(chunk.flip());
      position += count;
      progress.accept(count);
    }
  }
}
