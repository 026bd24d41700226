package dev.freehold.vault.parity;

import dev.freehold.vault.disk.Disk;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.util.function.LongConsumer;

/// Bytes that can be read at any position, as of an open file.
public interface ByteSource {
  /// How many bytes are copied at a time.
  int CHUNK = 1 << 20;

  long size() throws IOException;

  /// Reads what fits from the position on, and returns how many bytes, or -1 at the end.
  int read(ByteBuffer target, long position) throws IOException;

  /// The bytes of a file while it is open.
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

  static ByteSource of(byte[] bytes) {
    return new ByteSource() {
      @Override
      public long size() {
        return bytes.length;
      }

      @Override
      public int read(ByteBuffer target, long position) {
        if (position >= bytes.length) {
          return -1;
        }
        int count = (int) Math.min(target.remaining(), bytes.length - position);
        target.put(bytes, (int) position, count);
        return count;
      }
    };
  }

  /// Gives all bytes to a sink in their order, and returns how many.
  ///
  /// @param progress is told how many bytes were copied since it was last told
  /// @throws InterruptedIOException where the thread was interrupted
  default long copyTo(ByteSink sink, LongConsumer progress) throws IOException {
    long size = size();
    ByteBuffer chunk = ByteBuffer.allocate((int) Math.clamp(size, 1, CHUNK));
    long position = 0;
    while (position < size) {
      if (Thread.currentThread().isInterrupted()) {
        throw new InterruptedIOException("stopped");
      }
      chunk.clear().limit((int) Math.min(CHUNK, size - position));
      int count = read(chunk, position);
      if (count <= 0) {
        throw new IOException("ended after " + position + " of " + size + " bytes");
      }
      sink.write(chunk.flip());
      position += count;
      progress.accept(count);
    }
    return size;
  }
}
