package dev.freehold.cli;

import dev.freehold.hub.FoundModel;
import dev.freehold.tensor.Sha256;
import dev.freehold.vault.VaultException;
import dev.freehold.vault.disk.LocalDisk;
import dev.freehold.vault.store.Entry;
import dev.freehold.vault.store.Vault;
import dev.freehold.vault.store.VaultModels;
import java.nio.file.Path;
import java.util.Optional;

/// Where this user's vault is, and how commands open it.
final class Vaults {
  /// The variable that names another folder.
  static final String VARIABLE = "FREEHOLD_VAULT";

  private Vaults() {}

  /// The folder that a command names, else `FREEHOLD_VAULT`, else one among the user's data.
  static Path folder(Surroundings surroundings, Optional<Path> named) {
    String variable = surroundings.environment().getOrDefault(VARIABLE, "");
    return named.orElseGet(() ->
        variable.isBlank()
            ? surroundings.folder("XDG_DATA_HOME", ".local/share").resolve("vault")
            : Path.of(variable));
  }

  static Vault open(Surroundings surroundings, Optional<Path> named) {
    return Vault.open(LocalDisk.ofProcess(), folder(surroundings, named));
  }

  static Vault openForWriting(Surroundings surroundings, Optional<Path> named) {
    return Vault.openForWriting(LocalDisk.ofProcess(), folder(surroundings, named));
  }

  /// The user's vault as one of the stores that models are found in.
  static VaultModels models(Surroundings surroundings) {
    return new VaultModels(LocalDisk.ofProcess(), folder(surroundings, Optional.empty()));
  }

  /// Keeps a model of the vault from being deleted for as long as this process lives.
  static void hold(Surroundings surroundings, FoundModel found) {
    if (found.source() != FoundModel.Source.VAULT) {
      return;
    }
    Vault vault = open(surroundings, Optional.empty());
    Path snapshots = vault.root().resolve("snapshots");
    Path path = found.path().toAbsolutePath().normalize();
    if (path.startsWith(snapshots) && path.getNameCount() > snapshots.getNameCount()) {
      String digits = path.getName(snapshots.getNameCount()).toString();
      for (Entry entry : vault.entries()) {
        if (Sha256.isDigest(digits) && entry.digest().hex().equals(digits)) {
          vault.lease(entry.manifest()); // the system takes it back when the process ends
          return;
        }
      }
      throw new VaultException(
          VaultException.Reason.NOT_FOUND, found.name() + " was just removed from the vault");
    }
  }
}
