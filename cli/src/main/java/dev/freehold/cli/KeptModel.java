package dev.freehold.cli;

import dev.freehold.hub.FoundModel;
import dev.freehold.tensor.Sha256;
import dev.freehold.vault.VaultException;
import dev.freehold.vault.VaultException.Reason;
import dev.freehold.vault.store.Entry;
import dev.freehold.vault.store.Manifest;
import dev.freehold.vault.store.Vault;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// A model of the vault that a command names.
record KeptModel(Vault vault, Entry entry, Manifest manifest) {
  /// The model of a name; empty where a file or folder has it, or the vault has none of it.
  static Optional<KeptModel> find(Surroundings surroundings, Path named) {
    return Files.exists(named) ? Optional.empty() : named(surroundings, named.toString());
  }

  /// The model of a name, `NAME:TAG` or `NAME@DIGEST`; empty where the vault has none of it.
  static Optional<KeptModel> named(Surroundings surroundings, String name) {
    try {
      Vault vault = Vaults.open(surroundings, Optional.empty());
      return Optional.of(of(vault, vault.find(name)));
    } catch (VaultException failure) {
      return none(failure);
    }
  }

  /// The newest model of a name, whatever its tag.
  static Optional<KeptModel> ofAnyTag(Surroundings surroundings, String name) {
    try {
      Vault vault = Vaults.open(surroundings, Optional.empty());
      List<Entry> fitting =
          vault.models().stream()
              .filter(e -> e.name().map(n -> n.name().equalsIgnoreCase(name)).orElse(false))
              .toList();
      return fitting.isEmpty() ? Optional.empty() : Optional.of(of(vault, fitting.getLast()));
    } catch (VaultException failure) {
      return none(failure);
    }
  }

  /// A model that was found in the user's vault, by the digest in its path, else by its name.
  static Optional<KeptModel> of(Surroundings surroundings, FoundModel found) {
    if (found.source() != FoundModel.Source.VAULT) {
      return Optional.empty();
    }
    Vault vault = Vaults.open(surroundings, Optional.empty());
    Path snapshots = vault.root().resolve("snapshots");
    Path path = found.path().toAbsolutePath().normalize();
    if (path.startsWith(snapshots) && path.getNameCount() > snapshots.getNameCount()) {
      String digits = path.getName(snapshots.getNameCount()).toString();
      for (Entry entry : vault.entries()) {
        if (Sha256.isDigest(digits) && entry.digest().hex().equals(digits)) {
          return Optional.of(of(vault, entry));
        }
      }
    }
    return Optional.of(of(vault, vault.find(found.name())));
  }

  private static KeptModel of(Vault vault, Entry entry) {
    return new KeptModel(vault, entry, vault.manifest(entry.manifest()));
  }

  private static Optional<KeptModel> none(VaultException failure) {
    if (failure.reason() == Reason.NOT_FOUND || failure.reason() == Reason.REFUSED) {
      return Optional.empty();
    }
    throw failure;
  }
}
