package dev.freehold.vault.registry;

import dev.freehold.hub.HubException;
import dev.freehold.hub.pull.RegistryClient;
import dev.freehold.vault.parity.ByteSink;
import dev.freehold.vault.repair.Supply;
import dev.freehold.vault.store.Descriptor;
import dev.freehold.vault.store.Vault;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.function.LongConsumer;

/// The blobs of a repository of a registry, for the repair of a vault.
///
/// A blob comes to a file beside the store first, where a cut is gone on from.
public final class RegistrySupply implements Supply, AutoCloseable {
  private static final int BUFFER_BYTES = 1 << 20;

  private final RegistryReference repository;
  private final RegistryClient client;
  private final Arrivals arrivals;

  /// @param vault that is repaired
  public RegistrySupply(RegistryReference repository, RegistryClient client, Vault vault) {
    this.repository = repository;
    this.client = client;
    this.arrivals = Arrivals.of(vault, client);
  }

  @Override
  public String name() {
    return repository.source();
  }

  @Override
  public boolean copy(Descriptor blob, ByteSink sink, LongConsumer progress)
      throws IOException, InterruptedException {
    Path file;
    try {
      file = arrivals.fetch("blob-" + blob.digest().hex().substring(0, 12), blob);
    } catch (HubException failure) {
      if (failure.isNotFound()) {
        return false;
      }
      throw new IOException(failure.getMessage(), failure);
    }
    ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      while (channel.read(buffer.clear()) >= 0) {
        int count = buffer.flip().remaining();
        sink.write(buffer);
        progress.accept(count);
      }
    }
    arrivals.remove(blob.digest());
    return true;
  }

  @Override
  public void close() {
    client.close();
  }
}
