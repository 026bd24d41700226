package dev.freehold.tensor;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/// A file that is being written beside its target, and takes the target's name when it is whole.
///
/// Without [#finish] nothing appears under the target's name, and [#close] removes what was
/// written.
final class PartialFile implements AutoCloseable {
  private final Path target;
  private final Path partial;
  private final FileChannel channel;
  private final ByteBuffer buffer = ByteBuffer.allocateDirect(1 << 20);
  private boolean finished;

  PartialFile(Path target) {
    this.target = target.toAbsolutePath();
    this.partial = this.target.resolveSibling(this.target.getFileName() + ".partial");
    try {
      this.channel =
          FileChannel.open(
              partial,
              StandardOpenOption.CREATE,
              StandardOpenOption.TRUNCATE_EXISTING,
              StandardOpenOption.WRITE);
    } catch (IOException e) {
      throw failure(e);
    }
  }

  Path target() {
    return target;
  }

  void write(byte[] bytes) {
    writeAll(ByteBuffer.wrap(bytes));
  }

  void write(MemorySegment bytes) {
    for (long at = 0; at < bytes.byteSize(); at += buffer.capacity()) {
      int count = (int) Math.min(buffer.capacity(), bytes.byteSize() - at);
      buffer.clear().limit(count);
      MemorySegment.copy(bytes, at, MemorySegment.ofBuffer(buffer), 0, count);
      writeAll(buffer);
    }
  }

  private void writeAll(ByteBuffer bytes) {
    try {
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
    } catch (IOException e) {
      throw failure(e);
    }
  }

  /// Makes the bytes durable, then gives the file its name.
  void finish() {
    try {
      channel.force(true);
      channel.close();
      Files.move(
          partial, target, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw failure(e);
    }
    finished = true;
  }

  @Override
  public void close() {
    if (!finished) {
      try {
        channel.close();
        Files.deleteIfExists(partial);
      } catch (IOException e) {
        throw new TensorException("%s: cannot be removed: %s".formatted(partial, e), e);
      }
    }
  }

  private TensorException failure(IOException e) {
    return new TensorException("%s: cannot be written: %s".formatted(partial, e), e);
  }
}
