package dev.freehold.cli;

import dev.freehold.vault.store.Collected;
import dev.freehold.vault.store.Vault;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `freehold vault gc`: room for what is wanted.
@Command(
    name = "gc",
    description = {
      "Deletes what no name in the vault needs and no program reads, and parts of files that"
          + " came from registries more than seven days ago and that no pull went on with. It does"
          + " not run while another process is adding or fetching (exit code 11), and deletes"
          + " nothing where a manifest cannot be read."
    },
    footerHeading = "%nExample:%n",
    footer = "  freehold vault gc --dry-run")
final class VaultCollectCommand implements Callable<Integer> {
  /// How long downloads from registries are kept for a pull that goes on with them.
  private static final Duration DOWNLOADS = Duration.ofDays(7);

  private final Surroundings surroundings;

  @Option(names = "--dry-run", description = "Only say what would go.")
  private boolean dryRun;

  @Option(names = "--json", description = "Print one JSON object.")
  private boolean json;

  @Mixin private VaultOption vault = new VaultOption();

  VaultCollectCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() {
    Vaults.open(surroundings, vault.folder());
    Vault opened = Vaults.openForWriting(surroundings, vault.folder());
    Collected collected =
        opened.collectGarbage(dryRun, surroundings.clock().instant().minus(DOWNLOADS));
    if (json) {
      try (JsonPrinter printer = new JsonPrinter(surroundings.out())) {
        printer.object(() -> {
          printer.field("dryRun", dryRun);
          printer.field("blobs", collected.blobs());
          printer.field("bytes", collected.bytes());
          printer.field("held", collected.held());
          printer.field("downloads", collected.downloads());
        });
      }
      return Exit.OK.code();
    }
    surroundings
        .out()
        .printf(
            "%s %d blobs, %s%n",
            dryRun ? "would delete" : "deleted", collected.blobs(), Sizes.bytes(collected.bytes()));
    if (collected.downloads() > 0) {
      surroundings
          .out()
          .printf(
              "%s %s of downloads that nobody went on with%n",
              dryRun ? "would delete" : "deleted", Sizes.bytes(collected.downloads()));
    }
    if (collected.held() > 0) {
      surroundings
          .out()
          .printf("%d blobs that nothing names stay: somebody reads them%n", collected.held());
    }
    return Exit.OK.code();
  }
}
