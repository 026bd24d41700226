package dev.freehold.cli;

import dev.freehold.vault.disk.LocalDisk;
import dev.freehold.vault.parity.ByteRange;
import dev.freehold.vault.repair.Repair;
import dev.freehold.vault.repair.RepairReport;
import dev.freehold.vault.repair.Supply;
import dev.freehold.vault.repair.VaultSupply;
import dev.freehold.vault.store.Entry;
import dev.freehold.vault.store.Frame;
import dev.freehold.vault.store.Vault;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `freehold vault repair`: damaged models made whole.
@Command(
    name = "repair",
    description = {
      "Reads models of the vault, with all that is attached to them, and makes whole what is"
          + " damaged: from the parity that \"vault add\" keeps, then from each place that --from"
          + " names.",
      "Whole bytes take the place of damaged ones only when they have the right digest; the damaged"
          + " ones go to quarantine, the folder freehold/quarantine of the vault. What cannot be"
          + " repaired is left as it is, and told by tensor. Stopped at any moment, it goes on with"
          + " the next call.",
      "Exit code 6: something is still damaged."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  freehold vault repair team/assistant:2026-05",
      "  freehold vault repair --all --from /backup/vault",
      "  freehold vault repair --all --from /backup/vault --from hub"
    })
final class VaultRepairCommand implements Callable<Integer> {
  private final Surroundings surroundings;

  @Parameters(
      arity = "0..*",
      paramLabel = "MODEL",
      description = "Names that vault list shows, or --all.")
  private List<String> names = List.of();

  @Option(names = "--all", description = "Everything in the vault, former models too.")
  private boolean all;

  @Option(
      names = "--from",
      paramLabel = "PLACE",
      description =
          "Where to get what parity cannot give back: the folder of another vault, or hub, which is"
              + " where each file came from by the model's own record; may be given again.")
  private List<String> from = List.of();

  @Option(names = "--json", description = "Print one JSON object.")
  private boolean json;

  @Mixin private VaultOption vault = new VaultOption();

  VaultRepairCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() {
    if (all == !names.isEmpty()) {
      throw new CliException(
          Exit.USAGE, "which models? Name them, or give --all", "Try \"freehold vault list\".");
    }
    Path folder = Vaults.folder(surroundings, vault.folder());
    List<Frame.Problem> frame = Frame.of(LocalDisk.ofProcess(), folder).repair();
    Vaults.open(surroundings, vault.folder());
    Vault opened = Vaults.openForWriting(surroundings, vault.folder());
    List<Entry> entries =
        all ? opened.entries() : names.stream().map(opened::find).distinct().toList();
    RepairReport report = repair(opened, entries);
    print(opened, frame, report);
    boolean isWhole = report.isAllWhole() && frame.stream().allMatch(Frame.Problem::isRepairable);
    return (isWhole ? Exit.OK : Exit.BYTES_DAMAGED).code();
  }

  private RepairReport repair(Vault opened, List<Entry> entries) {
    try (LongWork work =
            new LongWork(
                surroundings, "reading and repairing", RepairSupplies.bytes(opened, entries));
        RepairSupplies supplies = new RepairSupplies(surroundings, opened, entries)) {
      List<Supply> named = new ArrayList<>();
      for (String place : from) {
        named.add(
            place.equals("hub")
                ? supplies.hub()
                : new VaultSupply(Vault.open(LocalDisk.ofProcess(), Path.of(place))));
      }
      return StoppableWork.run(
          () -> new Repair(opened, named, work::add).run(entries),
          "what was repaired until now stays so");
    }
  }

  private void print(Vault opened, List<Frame.Problem> frame, RepairReport report) {
    if (json) {
      printJson(opened, frame, report);
      return;
    }
    for (Frame.Problem problem : frame) {
      surroundings
          .out()
          .printf(
              "%s  %s: %s%n",
              problem.isRepairable() ? "repaired" : "damaged ", problem.file(), problem.what());
    }
    for (RepairReport.Repaired blob : report.repaired()) {
      surroundings
          .out()
          .printf(
              "repaired  %s (%s), from %s%n",
              Failure.printable(blob.what()),
              blob.digest().hex().substring(0, 12),
              Failure.printable(blob.from()));
    }
    for (RepairReport.Lost blob : report.lost()) {
      print(opened, blob);
    }
    surroundings
        .out()
        .printf(
            "%d blobs, %s read: %d repaired, %d still damaged%n",
            report.checkedBlobs(),
            Sizes.bytes(report.checkedBytes()),
            report.repaired().size(),
            report.lost().size());
  }

  private void print(Vault opened, RepairReport.Lost blob) {
    surroundings
        .out()
        .printf(
            "damaged   %s (%s): %s%n",
            Failure.printable(blob.what()),
            blob.digest().hex().substring(0, 12),
            Failure.printable(String.join("; ", blob.reasons())));
    if (!blob.parts().isEmpty()) {
      long bytes = blob.parts().stream().mapToLong(ByteRange::length).sum();
      surroundings
          .out()
          .printf(
              "          %s lost, from byte %d%n",
              Sizes.bytes(bytes), blob.parts().getFirst().from());
      String tensors = LostTensors.of(opened.blobs().path(blob.digest()), blob.parts()).shown();
      if (!tensors.isEmpty()) {
        surroundings.out().println("          tensors: " + tensors);
      }
    }
  }

  private void printJson(Vault opened, List<Frame.Problem> frame, RepairReport report) {
    try (JsonPrinter printer = new JsonPrinter(surroundings.out())) {
      printer.object(() -> {
        printer.field("checkedBlobs", report.checkedBlobs());
        printer.field("checkedBytes", report.checkedBytes());
        printer.array(
            "frame",
            frame,
            problem ->
                printer.object(() -> {
                  printer.field("file", problem.file());
                  printer.field("what", problem.what());
                  printer.field("repaired", problem.isRepairable());
                }));
        printer.array(
            "repaired",
            report.repaired(),
            blob ->
                printer.object(() -> {
                  printer.field("digest", blob.digest().toString());
                  printer.field("what", blob.what());
                  printer.field("from", blob.from());
                }));
        printer.array(
            "damaged",
            report.lost(),
            blob ->
                printer.object(() -> {
                  printer.field("digest", blob.digest().toString());
                  printer.field("what", blob.what());
                  printer.array(
                      "parts",
                      blob.parts(),
                      part ->
                          printer.object(() -> {
                            printer.field("from", part.from());
                            printer.field("to", part.to());
                          }));
                  printer.array(
                      "tensors",
                      LostTensors.of(opened.blobs().path(blob.digest()), blob.parts()).names(),
                      printer::value);
                  printer.array("reasons", blob.reasons(), printer::value);
                }));
      });
    }
  }
}
