package dev.freehold.cli;

import dev.freehold.hub.FoundModel;
import dev.freehold.hub.HubException;
import dev.freehold.vault.store.Keeping;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `freehold vault add`: a model of this machine, kept.
@Command(
    name = "add",
    description = {
      "Keeps a model of this machine in the vault: a name that \"freehold list\" shows, a .gguf"
          + " file or a Hugging Face folder. Every file is hashed; none is kept twice.",
      "Where the file system shares blocks between files (Btrfs, XFS), no bytes are copied."
          + " Elsewhere the blobs of Hugging Face's cache and of Ollama's store, which these never"
          + " write to, get a second name; other files are copied. What was done is said. --copy"
          + " always copies: a copy of its own is safe from what befalls the other.",
      "Of demo, cards, report, licence, recipe and transcript are kept with it, as Freehold carries"
          + " them; a file of --with takes the place of one of its name.",
      "What the model answers is recorded for \"verify --golden\" where that takes seconds."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  freehold vault add hf.co/Qwen/Qwen3-0.6B-GGUF:Q8_0",
      "  freehold vault add ./my-model --name team/assistant:2026-05 --golden",
      "  freehold vault add model.gguf --with LICENSE --with recipe.yaml"
    })
final class VaultAddCommand implements Callable<Integer> {
  private final Surroundings surroundings;

  @Parameters(
      paramLabel = "MODEL",
      description = "A model: a name that list shows, a file or a folder.")
  private String model = "";

  @Option(
      names = "--name",
      paramLabel = "NAME:TAG",
      description = "What it is called in the vault; by default what it is called now.")
  private Optional<String> name = Optional.empty();

  @Mixin private ParityOption parity = new ParityOption();

  @Option(names = "--copy", description = "Share no bytes with where they come from.")
  private boolean copy;

  @Option(
      names = "--golden",
      negatable = true,
      description = "Record what the model answers, however large it is; --no-golden: do not.")
  private Optional<Boolean> golden = Optional.empty();

  @Option(
      names = "--with",
      paramLabel = "FILE",
      description =
          "A further file to keep with it, such as a licence, a recipe or a transcript; may be"
              + " given again.")
  private List<Path> with = List.of();

  @Option(names = "--json", description = "Print one JSON object instead of the name.")
  private boolean json;

  @Mixin private VaultOption vault = new VaultOption();

  VaultAddCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() {
    parity.redundancy(); // refused before anything is computed
    FoundModel found = find();
    ModelKeeping keeping =
        new ModelKeeping(
            surroundings, Vaults.folder(surroundings, vault.folder()), copy, golden, parity, with);
    ModelKeeping.Result result =
        keeping.keep(found, ModelKeeping.name(found, name), Optional.empty());
    parity.keep(surroundings, vault.folder(), result);
    print(surroundings, result, json);
    return Exit.OK.code();
  }

  /// The original first; a model that is in the vault only may be given another name.
  private FoundModel find() {
    if (!model.equals(DemoModel.NAME)) {
      try {
        return Models.finderOutsideVault(surroundings).find(model);
      } catch (HubException failure) {
        if (!failure.isNotFound()) {
          throw failure;
        }
      }
    }
    return Models.find(surroundings, model);
  }

  static void print(Surroundings surroundings, ModelKeeping.Result result, boolean json) {
    Keeping.Kept kept = result.kept();
    if (json) {
      try (JsonPrinter printer = new JsonPrinter(surroundings.out())) {
        printer.object(() -> {
          printer.field("name", result.name().toString());
          printer.field("digest", kept.manifest().digest().toString());
          printer.field("new", kept.isNew());
          printer.field("golden", result.golden());
          printer.array(
              "files",
              kept.files(),
              file ->
                  printer.object(() -> {
                    printer.field("path", file.source().path());
                    printer.field("role", file.source().role().label());
                    printer.field("bytes", file.stored().size());
                    printer.field("digest", file.stored().digest().toString());
                    printer.field("how", file.stored().manner().label());
                  }));
        });
      }
      return;
    }
    surroundings
        .err()
        .printf(
            "%s; golden test: %s%n",
            kept.isNew() ? "kept" : "was kept already, with the same files",
            Failure.printable(result.golden()));
    surroundings.out().println(result.name());
  }
}
