package dev.freehold.cli;

import dev.freehold.vault.repair.ModelParity;
import dev.freehold.vault.sign.KeptSignatures;
import dev.freehold.vault.store.Entry;
import dev.freehold.vault.store.Manifest;
import dev.freehold.vault.store.Role;
import dev.freehold.vault.store.Vault;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `freehold vault show`: what is kept of a model.
@Command(
    name = "show",
    description = {
      "Shows what is kept of a model: how open it is and its ownership risks, as \"freehold audit\""
          + " finds them, its files with role, size and digest, and what is attached to it. --file"
          + " prints one of them, such as a licence or .freehold/evidence.json."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  freehold vault show team/assistant:2026-05",
      "  freehold vault show team/assistant:2026-05 --file LICENSE"
    })
final class VaultShowCommand implements Callable<Integer> {
  private static final int MAX_SHOWN_BYTES = 16 << 20;

  private final Surroundings surroundings;

  @Parameters(paramLabel = "NAME", description = "A name that vault list shows.")
  private String name = "";

  @Option(
      names = "--file",
      paramLabel = "PATH",
      description = "Print this file of the model, checked against its digest.")
  private String file = "";

  @Option(names = "--json", description = "Print one JSON object.")
  private boolean json;

  @Mixin private VaultOption vault = new VaultOption();

  VaultShowCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() {
    Vault opened = Vaults.open(surroundings, vault.folder());
    Entry entry = opened.find(name);
    Manifest manifest = opened.manifest(entry.manifest());
    if (!file.isEmpty()) {
      Manifest.KeptFile wanted =
          manifest.files().stream()
              .filter(kept -> kept.path().equals(file))
              .findFirst()
              .orElseThrow(() ->
                  new CliException(
                      Exit.NOT_KEPT,
                      "%s has no file \"%s\"".formatted(entry.label(), file),
                      "\"freehold vault show %s\" lists them.".formatted(entry.label())));
      byte[] bytes = opened.blobs().read(wanted.blob(), MAX_SHOWN_BYTES);
      surroundings.out().write(bytes, 0, bytes.length);
      return Exit.OK.code();
    }
    List<Entry> attached = opened.attachments(entry.digest());
    KeptOpenness openness = KeptOpenness.of(surroundings, new KeptModel(opened, entry, manifest));
    if (json) {
      print(opened, entry, manifest, attached, openness);
      return Exit.OK.code();
    }
    surroundings.out().printf("%s%n%s%n", entry.label(), entry.digest());
    surroundings
        .out()
        .printf("grade: %s%nrisks: %s%n%n", openness.gradeLine(), openness.risksLine());
    for (Manifest.KeptFile kept : manifest.files()) {
      if (kept.role() != Role.BLOCK_SUMS) {
        surroundings
            .out()
            .printf(
                "%-10s  %9s  %s  %s%n",
                kept.role().label(),
                Sizes.bytes(kept.blob().size()),
                kept.blob().digest().hex().substring(0, 12),
                Failure.printable(kept.path()));
      }
    }
    printAttached(opened, attached);
    return Exit.OK.code();
  }

  /// The two manifests of one parity are one thing to people.
  private void printAttached(Vault opened, List<Entry> attached) {
    boolean isParityTold = false;
    for (Entry attachment : attached) {
      Manifest manifest = opened.manifest(attachment.manifest());
      boolean isParity = ModelParity.isParity(attachment.manifest());
      if (!(isParity && isParityTold)) {
        surroundings
            .out()
            .printf(
                "%-10s  %9s  %s  %s%n",
                "attached",
                Sizes.bytes(manifest.bytes()),
                attachment.digest().hex().substring(0, 12),
                Failure.printable(
                    isParity
                        ? ModelParity.label(manifest)
                        : KeptSignatures.label(opened, attachment)));
      }
      isParityTold |= isParity;
    }
  }

  private void print(
      Vault opened, Entry entry, Manifest manifest, List<Entry> attached, KeptOpenness openness) {
    try (JsonPrinter printer = new JsonPrinter(surroundings.out())) {
      printer.object(() -> {
        printer.field("name", entry.label());
        printer.field("digest", entry.digest().toString());
        printer.field("folder", opened.snapshot(entry.digest()).toString());
        printer.field("grade", openness.found().grade());
        printer.field("openSourceAiDefinition", openness.found().definition());
        printer.array("licences", openness.found().licences(), printer::value);
        printer.array("ownershipRisks", openness.found().risks(), printer::value);
        printer.field("unknownOwnershipRisks", openness.found().unknown());
        printer.array(
            "files",
            manifest.files(),
            kept ->
                printer.object(() -> {
                  printer.field("role", kept.role().label());
                  printer.field("path", kept.path());
                  printer.field("bytes", kept.blob().size());
                  printer.field("digest", kept.blob().digest().toString());
                }));
        printer.array(
            "attached",
            attached,
            attachment ->
                printer.object(() -> {
                  printer.field("type", attachment.manifest().artifactType().orElse(""));
                  printer.field("digest", attachment.digest().toString());
                }));
      });
    }
  }
}
