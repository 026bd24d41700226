package dev.freehold.vault.bundle;

import dev.freehold.vault.VaultException;
import dev.freehold.vault.disk.Disk;
import dev.freehold.vault.parity.ByteSource;
import dev.freehold.vault.store.Entry;
import dev.freehold.vault.store.Lease;
import dev.freehold.vault.store.Manifest;
import dev.freehold.vault.store.Role;
import dev.freehold.vault.store.Vault;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.List;
import java.util.Locale;
import java.util.function.LongConsumer;

/// Writes the files of a model under their own names, as other programs read them.
public final class PlainExport {
  private final Vault vault;
  private final LongConsumer progress;

  /// @param progress is told how many bytes were written since it was last told
  public PlainExport(Vault vault, LongConsumer progress) {
    this.vault = vault;
    this.progress = progress;
  }

  /// The files that a model came with; not what Freehold wrote about it.
  public static List<Manifest.KeptFile> files(Manifest manifest) {
    return manifest.files().stream().filter(file -> !file.role().isRecord()).toList();
  }

  /// The GGUF files of a model.
  ///
  /// @throws VaultException where it has none
  public static List<Manifest.KeptFile> ggufFiles(Entry entry, Manifest manifest) {
    List<Manifest.KeptFile> files =
        manifest.files(Role.WEIGHTS).stream()
            .filter(file -> file.path().toLowerCase(Locale.ROOT).endsWith(".gguf"))
            .toList();
    if (files.isEmpty()) {
      throw new VaultException(
          entry.label() + " has no GGUF file; export it with --form hf or --form bundle");
    }
    return files;
  }

  /// Writes files of a model.
  public void write(Tree tree, Entry entry, List<Manifest.KeptFile> files)
      throws InterruptedException {
    try (Lease lease = vault.lease(entry.manifest())) {
      for (Manifest.KeptFile file : files) {
        try (Disk.OpenFile open = vault.blobs().open(file.blob().digest())) {
          HashedSource bytes = new HashedSource(ByteSource.of(open));
          tree.file(file.path(), false, bytes, progress);
          bytes.require(file.blob().digest());
        }
      }
      tree.finish();
    } catch (InterruptedIOException stopped) {
      Thread.interrupted();
      throw new InterruptedException("stopped");
    } catch (IOException failure) {
      throw new VaultException(
          VaultException.Reason.DISK,
          "the model cannot be written: " + failure.getMessage(),
          failure);
    }
  }
}
