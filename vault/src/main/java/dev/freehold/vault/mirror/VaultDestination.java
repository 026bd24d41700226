package dev.freehold.vault.mirror;

import dev.freehold.tensor.Sha256;
import dev.freehold.vault.Digest;
import dev.freehold.vault.VaultException;
import dev.freehold.vault.disk.Disk;
import dev.freehold.vault.parity.ByteSource;
import dev.freehold.vault.repair.Supply;
import dev.freehold.vault.store.Descriptor;
import dev.freehold.vault.store.Entry;
import dev.freehold.vault.store.Ingest;
import dev.freehold.vault.store.Manifest;
import dev.freehold.vault.store.ModelName;
import dev.freehold.vault.store.Vault;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.ClosedByInterruptException;
import java.security.MessageDigest;
import java.util.Optional;
import java.util.function.LongConsumer;

/// Another vault, which gets copies of its own: shared blocks would decay together.
public final class VaultDestination implements Destination {
  private final Vault vault;
  private final Ingest ingest;

  public VaultDestination(Vault vault) {
    this.vault = vault;
    this.ingest = vault.begin();
  }

  @Override
  public String name() {
    return vault.root().toString();
  }

  @Override
  public boolean has(Descriptor blob) {
    return vault.blobs().has(blob.digest(), blob.size());
  }

  @Override
  public void put(Descriptor blob, Supply from, LongConsumer progress)
      throws IOException, InterruptedException {
    try (Ingest.Writer writer = ingest.begin()) {
      if (!from.copy(blob, writer::write, progress)) {
        throw missing(blob);
      }
      writer.finish(Optional.of(blob.digest()));
    }
  }

  @Override
  public boolean isWhole(Descriptor blob, LongConsumer progress) throws IOException {
    MessageDigest digest = Sha256.begin();
    try (Disk.OpenFile file = vault.blobs().open(blob.digest())) {
      ByteSource.of(file).copyTo(digest::update, progress);
    } catch (InterruptedIOException | ClosedByInterruptException stopped) {
      throw stopped;
    } catch (IOException unreadable) {
      return false;
    }
    return Digest.of(digest.digest()).equals(blob.digest());
  }

  /// What was there goes to quarantine.
  @Override
  public void exchange(Descriptor blob, Supply from, LongConsumer progress)
      throws IOException, InterruptedException {
    try (Ingest.Writer writer = ingest.begin()) {
      if (!from.copy(blob, writer::write, progress)) {
        throw missing(blob);
      }
      writer.exchange(blob.digest());
    }
  }

  private static VaultException missing(Descriptor blob) {
    return new VaultException(
        VaultException.Reason.DAMAGED, "the blob " + blob.digest() + " is missing or cut");
  }

  @Override
  public boolean lists(Entry entry) {
    return vault.entries().stream()
        .filter(there -> there.digest().equals(entry.digest()))
        .anyMatch(there -> entry.name().isEmpty() || there.name().equals(entry.name()));
  }

  @Override
  public void list(Entry entry, Manifest manifest) {
    Optional<ModelName> name = entry.name().or(entry::former);
    if (name.isPresent()) {
      ingest.name(name.get(), manifest);
    } else if (manifest.subject().isPresent()) {
      ingest.attach(manifest);
    } else {
      throw new VaultException(
          "%s has neither a name nor a subject; give it a name first".formatted(entry.label()));
    }
  }

  @Override
  public void close() {
    ingest.close();
  }
}
