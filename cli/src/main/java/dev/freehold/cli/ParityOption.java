package dev.freehold.cli;

import dev.freehold.vault.VaultException;
import dev.freehold.vault.parity.Redundancy;
import dev.freehold.vault.repair.ModelParity;
import dev.freehold.vault.store.Entry;
import dev.freehold.vault.store.Vault;
import java.nio.file.Path;
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
    Redundancy redundancy = redundancy();
    if (redundancy.isNone()) {
      return;
    }
    Vault vault = Vaults.openForWriting(surroundings, folder);
    Entry entry = vault.find(kept.name().toString());
    long bytes = vault.manifest(entry.manifest()).bytes();
    try (LongWork work = new LongWork(surroundings, "computing parity", bytes)) {
      long added =
          StoppableWork.run(
              () -> new ModelParity(vault).keep(entry, redundancy, kept.kept().parity(), work::add),
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
