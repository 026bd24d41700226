package dev.freehold.cli;

import dev.freehold.vault.store.Entry;
import dev.freehold.vault.store.Manifest;
import dev.freehold.vault.store.ModelName;
import dev.freehold.vault.store.Vault;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `freehold vault list`: the names in the vault.
@Command(
    name = "list",
    description = {
      "Lists the models in the vault.",
      "A model whose name has moved on to other files stays, under NAME@DIGEST, until it is"
          + " removed; --all shows those too."
    },
    footerHeading = "%nExample:%n",
    footer = "  freehold vault list --all --json")
final class VaultListCommand implements Callable<Integer> {
  private final Surroundings surroundings;

  @Option(names = "--all", description = "Former models too.")
  private boolean all;

  @Option(names = "--json", description = "Print one JSON object instead of a table.")
  private boolean json;

  @Mixin private VaultOption vault = new VaultOption();

  VaultListCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  /// A line of the list.
  private record Row(Entry entry, Manifest manifest) {}

  @Override
  public Integer call() {
    Vault opened = Vaults.open(surroundings, vault.folder());
    List<Row> rows = new ArrayList<>();
    for (Entry entry : opened.entries()) {
      if (entry.name().isPresent() || all && entry.former().isPresent()) {
        rows.add(new Row(entry, opened.manifest(entry.manifest())));
      }
    }
    if (json) {
      print(opened, rows);
      return Exit.OK.code();
    }
    int width =
        Math.max(4, rows.stream().mapToInt(r -> r.entry().label().length()).max().orElse(0));
    String line = "%-" + width + "s  %9s  %5s  %s%n";
    surroundings.out().printf(line, "NAME", "SIZE", "FILES", "DIGEST");
    for (Row row : rows) {
      surroundings
          .out()
          .printf(
              Locale.ROOT,
              line,
              row.entry().label(),
              Sizes.bytes(row.manifest().bytes()),
              files(row.manifest()),
              row.entry().digest().hex().substring(0, 12));
    }
    return Exit.OK.code();
  }

  private static long files(Manifest manifest) {
    return manifest.files().stream().filter(file -> !file.role().isRecord()).count();
  }

  private void print(Vault opened, List<Row> rows) {
    try (JsonPrinter printer = new JsonPrinter(surroundings.out())) {
      printer.object(() -> {
        printer.field("vault", opened.root().toString());
        printer.array(
            "models",
            rows,
            row ->
                printer.object(() -> {
                  Entry entry = row.entry();
                  printer.field("name", entry.name().map(ModelName::toString).orElse(""));
                  printer.field("former", entry.former().map(ModelName::toString).orElse(""));
                  printer.field("digest", entry.digest().toString());
                  printer.field("bytes", row.manifest().bytes());
                  printer.field("files", files(row.manifest()));
                }));
      });
    }
  }
}
