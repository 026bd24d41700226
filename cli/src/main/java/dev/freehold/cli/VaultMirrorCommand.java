package dev.freehold.cli;

import dev.freehold.hub.pull.PullSettings;
import dev.freehold.vault.disk.LocalDisk;
import dev.freehold.vault.mirror.Destination;
import dev.freehold.vault.mirror.Mirror;
import dev.freehold.vault.mirror.VaultDestination;
import dev.freehold.vault.registry.RegistryDestination;
import dev.freehold.vault.registry.RegistryReference;
import dev.freehold.vault.store.Entry;
import dev.freehold.vault.store.Vault;
import java.io.IOException;
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
          + " another vault: a folder on another disk, which is made where none is, or a repository"
          + " of a registry, in which each model gets a tag of its name. Only what is"
          + " missing there is copied, every byte is hashed on the way, and a model is listed there"
          + " when all of it has arrived. Nothing there is deleted.",
      "Stopped at any moment, it goes on with the next call: a file that was being copied is begun"
          + " anew. What was there already is not read, but with --read-data.",
      "Exit code 6: a model could not be copied since it is damaged here, or what is at the target"
          + " is damaged and could not be mended."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  freehold vault mirror /backup/vault",
      "  freehold vault mirror /backup/vault --read-data",
      "  freehold vault mirror /backup/vault team/assistant:2026-05",
      "  freehold vault mirror oci://registry.example/team/models"
    })
final class VaultMirrorCommand implements Callable<Integer> {
  private final Surroundings surroundings;

  @Parameters(
      index = "0",
      paramLabel = "TARGET",
      description = "The folder of the other vault, or oci://HOST/REPOSITORY of a registry.")
  private String target = "";

  @Parameters(
      index = "1..*",
      arity = "0..*",
      paramLabel = "MODEL",
      description = "Names that vault list shows; all where none is given.")
  private List<String> names = List.of();

  @Option(
      names = "--read-data",
      description =
          "Read what is there already, too, and compare it with its digest. Wrong bytes in a vault"
              + " are replaced by right ones, and go to its quarantine.")
  private boolean readData;

  @Option(names = "--json", description = "Print one JSON object.")
  private boolean json;

  @Mixin private VaultOption vault = new VaultOption();

  VaultMirrorCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() {
    Vault opened = Vaults.open(surroundings, vault.folder());
    boolean isRegistry = target.startsWith(RegistryReference.SCHEME);
    if (!isRegistry && Path.of(target).toAbsolutePath().normalize().equals(opened.root())) {
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
        Destination destination = destination(opened)) {
      report =
          StoppableWork.run(
              () -> mirror(opened, destination, work).run(scope),
              "what was copied until now stays there");
    } catch (IOException failure) {
      throw new CliException("%s: %s".formatted(target, failure.getMessage()), failure);
    }
    print(report);
    return exit(report).code();
  }

  private static Exit exit(Mirror.Report report) {
    if (report.failed().isEmpty()) {
      return Exit.OK;
    }
    boolean isDamage = report.failed().stream().anyMatch(Mirror.Failed::isDamage);
    return isDamage ? Exit.BYTES_DAMAGED : Exit.FAILURE;
  }

  private Mirror mirror(Vault opened, Destination destination, LongWork work) {
    Mirror mirror = new Mirror(opened, destination, work::add);
    return readData ? mirror.readingData() : mirror;
  }

  private Destination destination(Vault opened) {
    if (!target.startsWith(RegistryReference.SCHEME)) {
      return new VaultDestination(Vault.openForWriting(LocalDisk.ofProcess(), Path.of(target)));
    }
    RegistryReference repository = RegistryReference.parse(target);
    RegistryExchange registries = new RegistryExchange(surroundings, vault.folder());
    return new RegistryDestination(
        repository,
        registries.client(repository, true, PullSettings.DEFAULT_CONNECTIONS, event -> {}),
        opened);
  }

  private void print(Mirror.Report report) {
    if (json) {
      try (JsonPrinter printer = new JsonPrinter(surroundings.out())) {
        printer.object(() -> {
          printer.field("listed", report.entries().size());
          printer.field("copiedBlobs", report.copiedBlobs());
          printer.field("copiedBytes", report.copiedBytes());
          printer.field("presentBytes", report.presentBytes());
          printer.field("mendedBlobs", report.mendedBlobs());
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
            "%d models are in %s: %d blobs, %s copied; %s were there%s%n",
            models,
            target,
            report.copiedBlobs(),
            Sizes.bytes(report.copiedBytes()),
            Sizes.bytes(report.presentBytes()),
            readData ? " and were read; " + report.mendedBlobs() + " blobs of them mended" : "");
  }
}
