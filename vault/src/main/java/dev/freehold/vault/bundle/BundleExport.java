package dev.freehold.vault.bundle;

import dev.freehold.vault.Digest;
import dev.freehold.vault.VaultException;
import dev.freehold.vault.disk.Disk;
import dev.freehold.vault.parity.ByteSource;
import dev.freehold.vault.store.Content;
import dev.freehold.vault.store.Descriptor;
import dev.freehold.vault.store.Entry;
import dev.freehold.vault.store.Lease;
import dev.freehold.vault.store.Manifest;
import dev.freehold.vault.store.Vault;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.LongConsumer;

/// Writes a model, with what is attached to it, as a bundle: a store of its own, in a tar file or a
/// folder, which any tool for OCI layouts reads; with files that are carried along.
public final class BundleExport {
  private final Vault vault;
  private final Disk disk;
  private final LongConsumer progress;
  private final Set<Digest> written = new LinkedHashSet<>();

  /// @param progress is told how many bytes were written since it was last told
  public BundleExport(Vault vault, LongConsumer progress) {
    this.vault = vault;
    this.disk = vault.disk();
    this.progress = progress;
  }

  /// Writes entries, of which the first is the model, and what is carried.
  ///
  /// @throws VaultException where a blob is missing or no longer has its digest; then nothing is
  ///   left of the bundle
  public void write(Tree tree, List<Entry> entries, List<Carried> carried)
      throws InterruptedException {
    List<Lease> leases = new ArrayList<>();
    try {
      for (Entry entry : entries) {
        leases.add(vault.lease(entry.manifest()));
      }
      tree.file("oci-layout", false, ByteSource.of(Vault.layout()), progress);
      tree.file("index.json", false, ByteSource.of(Vault.indexOf(entries)), progress);
      for (Carried file : carried) {
        write(tree, file);
      }
      for (Entry entry : entries) {
        write(tree, entry);
      }
      tree.finish();
    } catch (InterruptedIOException stopped) {
      Thread.interrupted();
      throw new InterruptedException("stopped");
    } catch (IOException failure) {
      throw new VaultException(
          VaultException.Reason.DISK,
          "the bundle cannot be written: " + failure.getMessage(),
          failure);
    } finally {
      leases.forEach(Lease::close);
    }
  }

  private void write(Tree tree, Carried carried) throws IOException {
    switch (carried.content()) {
      case Content.OfBytes(byte[] bytes) ->
          tree.file(carried.path(), carried.executable(), ByteSource.of(bytes), progress);
      case Content.OfFile from -> {
        try (Disk.OpenFile file = disk.openSource(from.file())) {
          tree.file(carried.path(), carried.executable(), ByteSource.of(file), progress);
        }
      }
    }
  }

  private void write(Tree tree, Entry entry) throws IOException {
    Manifest manifest = vault.manifest(entry.manifest());
    blob(tree, entry.manifest());
    if (manifest.isModel()) {
      for (Manifest.KeptFile file : manifest.files()) {
        if (!file.role().isRecord()) {
          String up = "../".repeat(2 + file.path().split("/").length - 1);
          tree.link(
              "snapshots/" + entry.digest().hex() + "/" + file.path(),
              up + path(file.blob().digest()));
        }
      }
    }
    for (Descriptor need : manifest.needs()) {
      blob(tree, need);
    }
  }

  static String path(Digest digest) {
    return "blobs/sha256/" + digest.hex();
  }

  private void blob(Tree tree, Descriptor blob) throws IOException {
    if (!written.add(blob.digest())) {
      return;
    }
    try (Disk.OpenFile file = vault.blobs().open(blob.digest())) {
      HashedSource bytes = new HashedSource(ByteSource.of(file));
      tree.file(path(blob.digest()), false, bytes, progress);
      bytes.require(blob.digest());
    }
  }
}
