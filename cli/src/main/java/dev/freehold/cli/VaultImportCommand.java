package dev.freehold.cli;

import dev.freehold.vault.bundle.BundleImport;
import dev.freehold.vault.disk.Disk;
import dev.freehold.vault.disk.LocalDisk;
import dev.freehold.vault.mirror.Mirror;
import dev.freehold.vault.mirror.VaultDestination;
import dev.freehold.vault.store.Entry;
import dev.freehold.vault.store.Vault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `freehold vault import`: what another vault exported.
@Command(
    name = "import",
    description = {
      "Takes the models of a bundle, a tar file or a folder, into the vault, with their records,"
          + " parity and signatures. Every blob is hashed; a bundle that is cut, damaged or made to"
          + " do harm is refused, and then no model of it is listed. Nothing is unpacked, and"
          + " nothing in it is run.",
      "A Hugging Face folder or a GGUF file is added with \"freehold vault add\"."
    },
    footerHeading = "%nExample:%n",
    footer = "  freehold vault import assistant.tar")
final class VaultImportCommand implements Callable<Integer> {
  private final Surroundings surroundings;

  @Parameters(paramLabel = "BUNDLE", description = "A tar file, or a folder with a bundle.")
  private Path bundle = Path.of("");

  @Option(names = "--json", description = "Print one JSON object instead of the names.")
  private boolean json;

  @Mixin private VaultOption vault = new VaultOption();

  VaultImportCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() {
    List<Entry> taken = Files.isDirectory(bundle) ? ofFolder() : ofTar();
    List<Entry> models =
        taken.stream()
            .filter(entry -> entry.name().isPresent() || entry.former().isPresent())
            .toList();
    if (json) {
      try (JsonPrinter printer = new JsonPrinter(surroundings.out())) {
        printer.object(() ->
            printer.array(
                "models",
                models,
                model ->
                    printer.object(() -> {
                      printer.field("name", model.label());
                      printer.field("digest", model.digest().toString());
                    })));
      }
    } else {
      models.forEach(model -> surroundings.out().println(model.label()));
    }
    return Exit.OK.code();
  }

  private List<Entry> ofTar() {
    try (Disk.OpenFile file = LocalDisk.ofProcess().openSource(bundle);
        LongWork work = new LongWork(surroundings, "reading", file.size())) {
      Vault opened = Vaults.openForWriting(surroundings, vault.folder());
      return StoppableWork.run(
          () -> new BundleImport(opened, work::add).read(file), "no model of it is in the vault");
    } catch (NoSuchFileException missing) {
      throw new CliException(
          Exit.FAILURE, bundle + " is not there", "Give the path of a bundle that export wrote.");
    } catch (IOException failure) {
      throw new CliException(bundle + " cannot be read: " + failure.getMessage(), failure);
    }
  }

  private List<Entry> ofFolder() {
    Vault from = Vault.open(LocalDisk.ofProcess(), bundle);
    List<Entry> entries = from.entries();
    Vault opened = Vaults.openForWriting(surroundings, vault.folder());
    try (LongWork work =
            new LongWork(surroundings, "reading", RepairSupplies.bytes(from, entries));
        VaultDestination destination = new VaultDestination(opened)) {
      Mirror.Report report =
          StoppableWork.run(
              () -> new Mirror(from, destination, work::add).run(entries),
              "models that were copied until now are in the vault");
      if (!report.failed().isEmpty()) {
        Mirror.Failed failed = report.failed().getFirst();
        throw new CliException(
            Exit.DAMAGED, failed.entry().label() + ": " + failed.reason(), "It was not taken in.");
      }
      return report.entries();
    }
  }
}
