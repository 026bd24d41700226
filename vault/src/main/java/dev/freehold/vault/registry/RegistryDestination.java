package dev.freehold.vault.registry;

import dev.freehold.hub.HubException;
import dev.freehold.hub.pull.RegistryClient;
import dev.freehold.hub.pull.RegistryStream;
import dev.freehold.vault.VaultException;
import dev.freehold.vault.VaultException.Reason;
import dev.freehold.vault.mirror.Destination;
import dev.freehold.vault.repair.Supply;
import dev.freehold.vault.store.Descriptor;
import dev.freehold.vault.store.Entry;
import dev.freehold.vault.store.Manifest;
import dev.freehold.vault.store.ModelName;
import dev.freehold.vault.store.Vault;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.Optional;
import java.util.function.LongConsumer;

/// A repository of a registry as the mirror of a vault: every model under a tag made of its name,
/// `team/assistant:v1` under `team__assistant__v1`, and what is attached to models as referrers.
public final class RegistryDestination implements Destination {
  private static final int MAX_TAG = 128;

  private final RegistryReference repository;
  private final RegistryClient client;
  private final Arrivals arrivals;

  /// @param client of that repository, which may write
  /// @param vault that is mirrored; what is read back from the registry lies there for that moment
  public RegistryDestination(RegistryReference repository, RegistryClient client, Vault vault) {
    this.arrivals = Arrivals.of(vault, client);
    this.repository = repository;
    this.client = client;
  }

  /// The tag of a model.
  ///
  /// @throws VaultException where its name is too long for one
  static String tag(ModelName name) {
    String tag = name.name().replace("/", "__") + "__" + name.tag();
    if (tag.length() > MAX_TAG) {
      throw new VaultException(
          "%s: a registry's tag has at most %d characters; give it a shorter name"
              .formatted(name, MAX_TAG));
    }
    return tag;
  }

  @Override
  public String name() {
    return repository.source();
  }

  /// What is asked of the registry.
  private interface Work<T> {
    T run() throws IOException, InterruptedException;
  }

  /// A registry that does not answer as it must will not take the next model either.
  private static <T> T asked(Work<T> work) throws IOException, InterruptedException {
    try {
      return work.run();
    } catch (HubException failure) {
      throw new VaultException(Reason.DISK, String.valueOf(failure.getMessage()), failure);
    }
  }

  @Override
  public boolean has(Descriptor blob) throws IOException, InterruptedException {
    return asked(() -> client.has(blob.digest().hex(), blob.size()));
  }

  @Override
  public void put(Descriptor blob, Supply from, LongConsumer progress)
      throws IOException, InterruptedException {
    String hex = blob.digest().hex();
    RegistryStream stream = asked(() -> client.stream(hex));
    boolean isThere =
        asked(() ->
            from.copy(
                blob,
                bytes -> {
                  try {
                    stream.write(bytes);
                  } catch (InterruptedException stopped) {
                    Thread.currentThread().interrupt();
                    throw (IOException) new InterruptedIOException("stopped").initCause(stopped);
                  }
                },
                progress));
    if (!isThere) {
      throw new VaultException(Reason.DAMAGED, "the blob " + blob.digest() + " is missing or cut");
    }
    asked(() -> {
      stream.finish(hex);
      return true;
    });
  }

  /// A manifest is read whole by [#lists] already.
  @Override
  public boolean isWhole(Descriptor blob, LongConsumer progress)
      throws IOException, InterruptedException {
    if (blob.mediaType().equals(Manifest.MEDIA_TYPE)) {
      return true;
    }
    return asked(() -> {
      arrivals.remove(blob.digest()); // what an earlier call left says nothing of the registry
      try {
        arrivals.fetch("blob-" + blob.digest().hex().substring(0, 12), blob);
      } catch (HubException failure) {
        if (failure.isWrongBytes()) {
          return false;
        }
        throw failure;
      }
      arrivals.remove(blob.digest());
      progress.accept(blob.size());
      return true;
    });
  }

  /// A registry that has a blob takes no other for it.
  @Override
  public void exchange(Descriptor blob, Supply from, LongConsumer progress) {
    throw new VaultException(
        Reason.DAMAGED,
        "%s has other bytes for the blob %s; delete it there and mirror again"
            .formatted(name(), blob.digest()));
  }

  @Override
  public boolean lists(Entry entry) throws IOException, InterruptedException {
    String reference = entry.name().map(RegistryDestination::tag).orElse(entry.digest().toString());
    Optional<RegistryClient.Document> there = asked(() -> client.findManifest(reference));
    return there.map(manifest -> manifest.hex().equals(entry.digest().hex())).orElse(false);
  }

  @Override
  public void list(Entry entry, Manifest manifest) throws IOException, InterruptedException {
    asked(() -> {
      if (manifest.subject().isPresent()) {
        Referrers.put(client, manifest);
      } else {
        String reference =
            entry.name().map(RegistryDestination::tag).orElse(entry.digest().toString());
        client.put(reference, Manifest.MEDIA_TYPE, manifest.toBytes());
      }
      return true;
    });
  }

  @Override
  public void close() {
    client.close();
  }
}
