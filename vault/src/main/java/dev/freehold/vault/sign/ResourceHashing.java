package dev.freehold.vault.sign;

import dev.freehold.tensor.Sha256;
import dev.freehold.vault.Digest;
import dev.freehold.vault.VaultException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;

/// Hashes a model's files, several at a time, each thread with one buffer.
final class ResourceHashing {
  private static final int BUFFER_BYTES = 1 << 20;

  private final int threads;
  private final LongConsumer progress;
  private final AtomicLong done = new AtomicLong();

  /// @param progress told of the bytes hashed so far, by any thread
  ResourceHashing(int threads, LongConsumer progress) {
    this.threads = threads;
    this.progress = progress;
  }

  /// A range of a file that becomes a resource.
  private record Piece(ModelTree.Entry file, String name, long begin, long end) {}

  /// The resources of files, in order of their names. A file without bytes has no shard and is none
  /// of them where files are cut.
  List<Resource> of(List<ModelTree.Entry> files, Serialization serialization)
      throws InterruptedException {
    List<Piece> pieces = new ArrayList<>();
    for (ModelTree.Entry file : files) {
      cut(file, serialization, pieces);
    }
    pieces.sort(Comparator.comparingLong(piece -> piece.begin() - piece.end())); // longest first
    List<Resource> resources = new ArrayList<>();
    try (ExecutorService pool =
        Executors.newFixedThreadPool(threads, Thread.ofPlatform().daemon().factory())) {
      List<Future<Resource>> running = new ArrayList<>();
      pieces.forEach(piece -> running.add(pool.submit(() -> hash(piece))));
      try {
        for (Future<Resource> each : running) {
          resources.add(each.get());
        }
      } catch (ExecutionException failure) {
        pool.shutdownNow();
        throw failure.getCause() instanceof VaultException known
            ? known
            : new VaultException("hashing failed: " + failure.getMessage(), failure);
      } catch (InterruptedException stopped) {
        pool.shutdownNow();
        throw stopped;
      }
    }
    resources.sort(Comparator.comparing(Resource::name, ModelManifest.byCodePoints()));
    return resources;
  }

  private static void cut(ModelTree.Entry file, Serialization serialization, List<Piece> pieces) {
    if (!serialization.isSharded()) {
      pieces.add(new Piece(file, file.name(), 0, file.bytes()));
      return;
    }
    long length = serialization.shardBytes();
    if ((file.bytes() - 1) / length + pieces.size() >= ModelManifest.MAX_RESOURCES) {
      throw new VaultException(
          "shards of %d bytes are more than %d for this model; take longer ones"
              .formatted(length, ModelManifest.MAX_RESOURCES));
    }
    for (long begin = 0; begin < file.bytes(); begin += length) {
      long end = begin + Math.min(length, file.bytes() - begin);
      pieces.add(new Piece(file, "%s:%d:%d".formatted(file.name(), begin, end), begin, end));
      if (end == file.bytes()) {
        return;
      }
    }
  }

  private Resource hash(Piece piece) {
    MessageDigest digest = Sha256.begin();
    ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
    try (FileChannel channel = FileChannel.open(piece.file().path(), StandardOpenOption.READ)) {
      for (long at = piece.begin(); at < piece.end(); ) {
        buffer.clear().limit((int) Math.min(BUFFER_BYTES, piece.end() - at));
        int count = channel.read(buffer, at);
        if (count < 0) {
          throw changed(piece);
        }
        digest.update(buffer.flip());
        at += count;
        progress.accept(done.addAndGet(count));
      }
      if (channel.size() != piece.file().bytes()) {
        throw changed(piece);
      }
    } catch (IOException e) {
      throw new VaultException("%s: cannot be read: %s".formatted(piece.file().path(), e), e);
    }
    return new Resource(piece.name(), Digest.of(digest.digest()));
  }

  private static VaultException changed(Piece piece) {
    return new VaultException(
        piece.file().path() + " changes while it is read; try again when nothing writes to it");
  }
}
