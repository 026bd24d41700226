package dev.freehold.cli;

import dev.freehold.vault.store.DiskUse;
import dev.freehold.vault.store.Vault;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `freehold vault du`: what the vault takes of its disk.
@Command(
    name = "du",
    description = {
      "Says what each model takes, and what removing it would free: files that several models have"
          + " are kept once."
    },
    footerHeading = "%nExample:%n",
    footer = "  freehold vault du --json")
final class VaultUseCommand implements Callable<Integer> {
  private final Surroundings surroundings;

  @Option(names = "--json", description = "Print one JSON object.")
  private boolean json;

  @Mixin private VaultOption vault = new VaultOption();

  VaultUseCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() {
    Vault opened = Vaults.open(surroundings, vault.folder());
    DiskUse use = DiskUse.of(opened);
    if (json) {
      print(opened, use);
      return Exit.OK.code();
    }
    surroundings.out().printf("%9s  %9s  %s%n", "SIZE", "OWN", "NAME");
    for (DiskUse.OfEntry model : use.models()) {
      if (model.entry().name().isPresent() || model.entry().former().isPresent()) {
        surroundings
            .out()
            .printf(
                "%9s  %9s  %s%n",
                Sizes.bytes(model.bytes()), Sizes.bytes(model.own()), model.entry().label());
      }
    }
    surroundings.out().printf("%9s  %9s  all blobs%n", Sizes.bytes(use.bytes()), "");
    surroundings
        .out()
        .printf("%9s  %9s  named by nothing (gc frees them)%n", Sizes.bytes(use.garbage()), "");
    surroundings.out().printf("%9s  %9s  unfinished%n", Sizes.bytes(use.unfinished()), "");
    surroundings.out().printf("%9s  %9s  in quarantine%n", Sizes.bytes(use.quarantine()), "");
    return Exit.OK.code();
  }

  private void print(Vault opened, DiskUse use) {
    try (JsonPrinter printer = new JsonPrinter(surroundings.out())) {
      printer.object(() -> {
        printer.field("vault", opened.root().toString());
        printer.field("bytes", use.bytes());
        printer.field("garbage", use.garbage());
        printer.field("unfinished", use.unfinished());
        printer.field("quarantine", use.quarantine());
        printer.array(
            "models",
            use.models(),
            model ->
                printer.object(() -> {
                  printer.field("name", model.entry().label());
                  printer.field("bytes", model.bytes());
                  printer.field("own", model.own());
                }));
      });
    }
  }
}
