package dev.freehold.cli;

import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;

/// The option that all commands on the vault have.
final class VaultOption {
  @Option(
      names = "--vault",
      paramLabel = "DIR",
      description =
          "Folder of the vault; by default FREEHOLD_VAULT, else vault in freehold's folder of"
              + " XDG_DATA_HOME.")
  private Optional<Path> folder = Optional.empty();

  Optional<Path> folder() {
    return folder;
  }
}
