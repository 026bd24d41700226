package dev.freehold.train.data.corpus;

import dev.freehold.train.TrainException;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/// The texts of a corpus on disk between the passes over them: written in the order of the sources,
/// read in any. Reading is safe for several threads.
final class SpooledTexts implements AutoCloseable {
  private static final int BUFFER = 1 << 20;

  private final Path file;
  private final FileChannel channel;
  private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER);
  private long length;

  SpooledTexts(Path file) {
    this.file = file;
    try {
      this.channel =
          FileChannel.open(
              file,
              StandardOpenOption.CREATE_NEW,
              StandardOpenOption.READ,
              StandardOpenOption.WRITE);
    } catch (IOException e) {
      throw failure("written", e);
    }
  }

  private TrainException failure(String what, IOException e) {
    return new TrainException("%s: cannot be %s: %s".formatted(file, what, e), e);
  }

  /// Appends a text.
  ///
  /// @return where it begins
  long add(byte[] text) {
    long start = length;
    int from = 0;
    while (from < text.length) {
      int count = Math.min(text.length - from, buffer.remaining());
      buffer.put(text, from, count);
      from += count;
      if (!buffer.hasRemaining()) {
        flush();
      }
    }
    length += text.length;
    return start;
  }

  /// Writes what is still in memory; needed before texts are read.
  void flush() {
    try {
      buffer.flip();
      while (buffer.hasRemaining()) {
        channel.write(buffer);
      }
      buffer.clear();
    } catch (IOException e) {
      throw failure("written", e);
    }
  }

  String read(long start, int bytes) {
    ByteBuffer text = ByteBuffer.allocate(bytes);
    try {
      while (text.hasRemaining()) {
        if (channel.read(text, start + text.position()) < 0) {
          throw new EOFException("it ends before its time");
        }
      }
    } catch (IOException e) {
      throw failure("read", e);
    }
    return new String(text.array(), StandardCharsets.UTF_8);
  }

  /// Closes and deletes the file.
  @Override
  public void close() {
    try {
      channel.close();
      Files.delete(file);
    } catch (IOException e) {
      throw failure("deleted", e);
    }
  }
}
