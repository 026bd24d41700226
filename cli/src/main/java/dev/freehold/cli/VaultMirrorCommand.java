package dev.freehold.cli;

import dev.freehold.vault.disk.LocalDisk;
import dev.freehold.vault.mirror.Mirror;
import dev.freehold.vault.mirror.VaultDestination;
import dev.freehold.vault.store.Entry;
import dev.freehold.vault.store.Vault;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `freehold vault mirror`: the vault a second time.
@Command(
    name = "mirror",
    description = {
      "Copies models, with all that is attached to them and the former models of their names, to"
          + " another vault: a folder on another disk, which is made where none is. Only what is"
          + " missing there is copied, every byte is hashed on the way, and a model is listed there"
          + " when all of it has arrived. Nothing there is deleted.",
      "Stopped at any moment, it goes on with the next call: a file that was being copied is begun"
          + " anew. What was there already is not read; \"freehold verify\" with --vault TARGET"
          + " does that.",
      "Exit code 6: a model could not be copied since it is damaged here."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  freehold vault mirror /backup/vault",
      "  freehold vault mirror /backup/vault team/assistant:2026-05"
    })
final class VaultMirrorCommand implements Callable<Integer> {
  private final Surroundings surroundings;

  @Parameters(index = "0", paramLabel = "TARGET", description = "The folder of the other vault.")
  private Path target = Path.of("");

  @Parameters(
      index = "1..*",
      arity = "0..*",
      paramLabel = "MODEL",
      description = "Names that vault list shows; all where none is given.")
  private List<String> names = List.of();

  @Option(names = "--json", description = "Print one JSON object.")
  private boolean json;

  @Mixin private VaultOption vault = new VaultOption();

  VaultMirrorCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() {
    Vault opened = Vaults.open(surroundings, vault.folder());
    if (target.toAbsolutePath().normalize().equals(opened.root())) {
      throw new CliException(Exit.USAGE, "the vault cannot be its own mirror", "Name another.");
    }
    List<Entry> models =
        names.isEmpty()
            ? opened.entries().stream()
                .filter(entry -> entry.name().isPresent() || entry.former().isPresent())
                .toList()
            : names.stream().map(opened::find).distinct().toList();
    List<Entry> scope = Mirror.scope(opened, models);
    Mirror.Report report;
    try (LongWork work =
            new LongWork(surroundings, "copying", RepairSupplies.bytes(opened, scope));
        VaultDestination destination =
            new VaultDestination(Vault.openForWriting(LocalDisk.ofProcess(), target))) {
      report =
          StoppableWork.run(
              () -> new Mirror(opened, destination, work::add).run(scope),
              "what was copied until now stays there");
    }
    print(report);
    return (report.failed().isEmpty() ? Exit.OK : Exit.BYTES_DAMAGED).code();
  }

  private void print(Mirror.Report report) {
    if (json) {
      try (JsonPrinter printer = new JsonPrinter(surroundings.out())) {
        printer.object(() -> {
          printer.field("listed", report.entries().size());
          printer.field("copiedBlobs", report.copiedBlobs());
          printer.field("copiedBytes", report.copiedBytes());
          printer.field("presentBytes", report.presentBytes());
          printer.array(
              "failed",
              report.failed(),
              failed ->
                  printer.object(() -> {
                    printer.field("name", failed.entry().label());
                    printer.field("reason", failed.reason());
                  }));
        });
      }
      return;
    }
    for (Mirror.Failed failed : report.failed()) {
      surroundings
          .err()
          .println(
              "not copied: " + failed.entry().label() + ": " + Failure.printable(failed.reason()));
    }
    long models = report.entries().stream().filter(entry -> entry.name().isPresent()).count();
    surroundings
        .out()
        .printf(
            "%d models are in %s: %d blobs, %s copied; %s were there%n",
            models,
            target,
            report.copiedBlobs(),
            Sizes.bytes(report.copiedBytes()),
            Sizes.bytes(report.presentBytes()));
  }
}
