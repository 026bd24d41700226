package dev.freehold.cli;

import dev.freehold.vault.store.Entry;
import dev.freehold.vault.store.Vault;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `freehold vault rm`: names that are wanted no longer.
@Command(
    name = "rm",
    description = {
      "Removes a name from the vault. The bytes stay until \"freehold vault gc\", and as long as"
          + " another model needs them or somebody reads them."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  freehold vault rm team/assistant:2026-05",
      "  freehold vault rm --former team/assistant:latest"
    })
final class VaultRemoveCommand implements Callable<Integer> {
  private final Surroundings surroundings;

  @Parameters(
      paramLabel = "NAME",
      arity = "1..*",
      description = "A name that vault list shows, or NAME@DIGEST of a former model.")
  private List<String> names = List.of();

  @Option(
      names = "--former",
      description = "Remove the models that the names have moved on from, not the names.")
  private boolean former;

  @Option(names = "--json", description = "Print one JSON object.")
  private boolean json;

  @Mixin private VaultOption vault = new VaultOption();

  VaultRemoveCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() {
    Vaults.open(surroundings, vault.folder());
    Vault opened = Vaults.openForWriting(surroundings, vault.folder());
    List<Entry> gone = new ArrayList<>();
    for (String name : names) {
      Entry entry = opened.find(name);
      if (!former) {
        gone.add(entry);
      } else {
        opened.entries().stream()
            .filter(e -> e.former().isPresent() && e.former().equals(entry.name()))
            .forEach(gone::add);
      }
    }
    opened.remove(gone);
    if (json) {
      try (JsonPrinter printer = new JsonPrinter(surroundings.out())) {
        printer.object(() -> printer.array("removed", gone, entry -> printer.value(entry.label())));
      }
    } else {
      gone.forEach(entry -> surroundings.out().println("removed " + entry.label()));
      surroundings.err().println("its bytes stay until: freehold vault gc");
    }
    return Exit.OK.code();
  }
}
