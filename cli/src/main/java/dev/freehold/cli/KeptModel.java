package dev.freehold.cli;

import dev.freehold.vault.VaultException;
import dev.freehold.vault.VaultException.Reason;
import dev.freehold.vault.store.Entry;
import dev.freehold.vault.store.Manifest;
import dev.freehold.vault.store.Vault;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/// A model of the vault that a command names.
record KeptModel(Vault vault, Entry entry, Manifest manifest) {
  /// The model of a name; empty where a file or folder has it, or the vault has none of it.
  static Optional<KeptModel> find(Surroundings surroundings, Path named) {
    if (Files.exists(named)) {
      return Optional.empty();
    }
    try {
      Vault vault = Vaults.open(surroundings, Optional.empty());
      Entry entry = vault.find(named.toString());
      return Optional.of(new KeptModel(vault, entry, vault.manifest(entry.manifest())));
    } catch (VaultException failure) {
      if (failure.reason() == Reason.NOT_FOUND || failure.reason() == Reason.REFUSED) {
        return Optional.empty();
      }
      throw failure;
    }
  }
}
