package dev.freehold.vault.registry;

import dev.freehold.hub.pull.Quarantine;
import dev.freehold.hub.pull.RegistryClient;
import dev.freehold.vault.Digest;
import dev.freehold.vault.store.Descriptor;
import dev.freehold.vault.store.Vault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Blobs of a registry that arrive in a folder beside a store's own, before they are the store's: a
/// cut is gone on from there, and bytes that are not what was promised go to the quarantine.
///
/// Who uses it keeps the store from collecting garbage meanwhile, which takes what was given up.
final class Arrivals {
  private final Path folder;
  private final Quarantine quarantine;
  private final RegistryClient client;

  Arrivals(Path folder, Path quarantine, RegistryClient client) {
    this.folder = folder;
    this.quarantine = new Quarantine(quarantine);
    this.client = client;
  }

  static Arrivals of(Vault vault, RegistryClient client) {
    return new Arrivals(vault.fetchedFolder(), vault.quarantineFolder(), client);
  }

  /// Brings a blob; it is there under its digest until it is removed.
  ///
  /// @param name what the file is called, which says what its content must be
  Path fetch(String name, Descriptor blob) throws IOException, InterruptedException {
    Files.createDirectories(folder);
    String hex = blob.digest().hex();
    Path file = folder.resolve(hex);
    client.fetch(name, hex, blob.size(), file, quarantine);
    return file;
  }

  /// Makes a folder for what is unpacked.
  Path makeFolder() throws IOException {
    Files.createDirectories(folder);
    return Files.createTempDirectory(folder, Vault.UNPACKED);
  }

  void remove(Digest digest) throws IOException {
    Files.deleteIfExists(folder.resolve(digest.hex()));
    Files.deleteIfExists(folder.resolve(digest.hex() + ".lock"));
  }
}
