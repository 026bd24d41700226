package dev.freehold.vault.store;

import dev.freehold.tensor.Sha256;
import dev.freehold.vault.Digest;
import dev.freehold.vault.disk.Disk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.function.Consumer;
import java.util.function.LongConsumer;

/// Reads a file once: hashes it, sums its blocks, and writes it elsewhere where that is wanted.
///
/// One thread reads, sums and writes, another hashes the same buffers behind it. All calls to the
/// disk are the caller's own.
final class HashedCopy {
  private static final int BUFFERS = 8;
  private static final ByteBuffer END = ByteBuffer.allocate(0);

  /// What went by.
  record Result(Digest digest, long bytes, BlockSums sums) {}

  private final Disk.OpenFile source;
  private final Optional<Disk.OpenFile> target;
  private final LongConsumer progress;
  private final Consumer<ByteBuffer> also;
  private final MessageDigest digest = Sha256.begin();
  private final BlockSums.Builder sums = new BlockSums.Builder();
  private final BlockingQueue<ByteBuffer> empty = new ArrayBlockingQueue<>(BUFFERS);
  private final BlockingQueue<ByteBuffer> full = new ArrayBlockingQueue<>(BUFFERS + 1);

  /// @param progress is told of bytes done so far
  HashedCopy(Disk.OpenFile source, Optional<Disk.OpenFile> target, LongConsumer progress) {
    this(source, target, progress, bytes -> {});
  }

  /// @param also is given all bytes in their order
  HashedCopy(
      Disk.OpenFile source,
      Optional<Disk.OpenFile> target,
      LongConsumer progress,
      Consumer<ByteBuffer> also) {
    this.also = also;
    this.source = source;
    this.target = target;
    this.progress = progress;
  }

  Result run() throws IOException, InterruptedException {
    long size = source.size();
    ByteBuffer first =
        size < BlockSums.BLOCK_BYTES
            ? ByteBuffer.allocate((int) size + 1)
            : ByteBuffer.allocateDirect(BlockSums.BLOCK_BYTES);
    fill(first, 0);
    if (first.limit() < first.capacity()) {
      digest.update(first.duplicate());
      write(first);
      return result(first.limit());
    }
    Thread hasher = Thread.ofPlatform().name("sha256").daemon().start(this::hash);
    try {
      long bytes = copy(first);
      full.put(END);
      hasher.join();
      return result(bytes);
    } finally {
      hasher.interrupt();
    }
  }

  private Result result(long bytes) {
    progress.accept(bytes);
    return new Result(Digest.of(digest.digest()), bytes, sums.finish());
  }

  private long copy(ByteBuffer first) throws IOException, InterruptedException {
    int buffers = 1;
    long position = 0;
    ByteBuffer buffer = first;
    while (buffer.hasRemaining()) {
      full.put(buffer.duplicate());
      position += buffer.remaining();
      write(buffer);
      progress.accept(position);
      if (buffers < BUFFERS && empty.isEmpty()) {
        buffers++;
        buffer = ByteBuffer.allocateDirect(BlockSums.BLOCK_BYTES);
      } else {
        buffer = empty.take();
      }
      fill(buffer, position);
    }
    return position;
  }

  private void fill(ByteBuffer buffer, long position) throws IOException {
    buffer.clear();
    while (buffer.hasRemaining()) {
      if (source.read(buffer, position + buffer.position()) < 0) {
        break;
      }
    }
    buffer.flip();
  }

  private void write(ByteBuffer buffer) throws IOException {
    sums.add(buffer);
    also.accept(buffer);
    if (target.isPresent()) {
      target.get().write(buffer);
    }
  }

  private void hash() {
    try {
      for (ByteBuffer next = full.take(); next != END; next = full.take()) {
        digest.update(next.duplicate());
        empty.put(next);
      }
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt(); // the reader gave up
    }
  }
}
