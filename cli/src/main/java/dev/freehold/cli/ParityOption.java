package dev.freehold.cli;

import dev.freehold.vault.Digest;
import dev.freehold.vault.VaultException;
import dev.freehold.vault.parity.Redundancy;
import dev.freehold.vault.repair.ModelParity;
import dev.freehold.vault.store.Entry;
import dev.freehold.vault.store.ModelName;
import dev.freehold.vault.store.Stored;
import dev.freehold.vault.store.Vault;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Option;

/// How much parity is kept with a model.
final class ParityOption {
  @Option(
      names = "--parity",
      paramLabel = "SHARE",
      description =
          "Parity to keep, by which damage is repaired: a share of the bytes, such as 10%%; 3%% by"
              + " default, 0 for none.")
  private String share = "3%";

  /// Computes the parity of a model that was just kept, where it has none.
  void keep(Surroundings surroundings, Optional<Path> folder, ModelKeeping.Result kept) {
    keep(
        surroundings,
        Vaults.openForWriting(surroundings, folder),
        kept.name(),
        kept.kept().parity());
  }

  /// Computes the parity of a model of the vault, where it has none.
  ///
  /// @param ready parity files that are there already, by the digests of what they are of
  void keep(Surroundings surroundings, Vault vault, ModelName name, Map<Digest, Stored> ready) {
    Redundancy redundancy = redundancy();
    if (redundancy.isNone()) {
      return;
    }
    Entry entry = vault.find(name.toString());
    long bytes = vault.manifest(entry.manifest()).bytes();
    try (LongWork work = new LongWork(surroundings, "computing parity", bytes)) {
      long added =
          StoppableWork.run(
              () -> new ModelParity(vault).keep(entry, redundancy, ready, work::add),
              "the model is kept, without parity");
      if (added > 0) {
        surroundings.err().println("parity: " + Sizes.bytes(added));
      }
    }
  }

  /// What is asked for.
  Redundancy redundancy() {
    try {
      return Redundancy.parse(share);
    } catch (VaultException failure) {
      throw new CliException(
          Exit.USAGE, "--parity: " + failure.getMessage(), "Try --parity 3% or --parity 0.");
    }
  }
}
