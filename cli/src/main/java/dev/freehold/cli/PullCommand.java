package dev.freehold.cli;

import dev.freehold.hub.FoundModel;
import dev.freehold.hub.HubException;
import dev.freehold.hub.pull.FileDigest;
import dev.freehold.hub.pull.ModelReference;
import dev.freehold.hub.pull.PullPlan;
import dev.freehold.hub.pull.PullRequest;
import dev.freehold.hub.pull.PullResult;
import dev.freehold.hub.pull.PullSettings;
import dev.freehold.hub.pull.Puller;
import dev.freehold.hub.pull.RemoteFile;
import dev.freehold.vault.registry.RegistryReference;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jline.terminal.spi.SystemStream;
import org.jline.utils.Signals;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `freehold pull`: fetches a model by name.
@Command(
    name = "pull",
    description = {
      "Fetches a model and verifies it by digest. What is cut off, by a broken line, Ctrl-C or a"
          + " kill, goes on where it was when the command is given again.",
      "NAME is hf.co/ORG/REPO[:QUANTIZATION] or hf.co/ORG/REPO:FILE for Hugging Face,"
          + " ollama.com/library/NAME[:TAG] or a name without \"/\" for Ollama's library, or the"
          + " https address of a .gguf file. Of GGUF quantizations Q4_K_M is taken where none is"
          + " named, else the next usual one.",
      "Models of Hugging Face go to the cache that its own tools share (HF_HOME, HF_HUB_CACHE),"
          + " others to XDG_DATA_HOME/freehold/models. Also honoured: HF_TOKEN, HF_TOKEN_PATH,"
          + " HF_ENDPOINT, HF_HUB_OFFLINE, FREEHOLD_OLLAMA_REGISTRY, http_proxy, https_proxy,"
          + " no_proxy. The token is sent to the hub alone. docs/pull.md says more.",
      "oci://HOST[:PORT]/REPOSITORY[:TAG][@DIGEST] names a model in a registry, which goes into the"
          + " vault, with its signatures; --name gives it another name there. docs/registry.md says"
          + " more.",
      "The name under which every command finds the model goes to standard output."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  freehold pull hf.co/Qwen/Qwen3-0.6B-GGUF:Q8_0",
      "  freehold pull qwen3:4b",
      "  freehold pull hf.co/org/repo --dry-run",
      "  freehold pull qwen3:4b --keep --name team/assistant:2026-05",
      "  freehold pull oci://registry.example/team/assistant:2026-05"
    })
final class PullCommand implements Callable<Integer> {
  private final Surroundings surroundings;

  @Parameters(paramLabel = "NAME", description = "The model to fetch.")
  private String name = "";

  @Option(
      names = "--revision",
      paramLabel = "REVISION",
      description = "Branch, tag or commit of a Hugging Face repository; main by default.")
  private Optional<String> revision = Optional.empty();

  @Option(
      names = "--file",
      paramLabel = "PATH",
      description =
          "A file of a Hugging Face repository instead of the model, such as a projector; may be"
              + " given again.")
  private List<String> files = List.of();

  @Option(
      names = "--sha256",
      paramLabel = "HEX",
      description = "What a file at an https address must hash to.")
  private Optional<String> sha256 = Optional.empty();

  @Option(names = "--dry-run", description = "List the files and their sizes; fetch nothing.")
  private boolean dryRun;

  @Option(names = "--offline", description = "Use no network: only tell whether the model is here.")
  private boolean offline;

  @Option(
      names = "--connections",
      paramLabel = "N",
      description = "Parts of a file that are fetched at the same time; 8 by default.")
  private int connections = PullSettings.DEFAULT_CONNECTIONS;

  @Option(
      names = "--keep",
      description = "Put it into the vault too, as \"freehold vault add\" does.")
  private boolean keep;

  @Option(
      names = "--name",
      paramLabel = "NAME:TAG",
      description = "With --keep or oci://: what it is called in the vault.")
  private Optional<String> keptName = Optional.empty();

  @Option(names = "--json", description = "Print one JSON object instead of the name.")
  private boolean json;

  PullCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() {
    if (name.startsWith(RegistryReference.SCHEME)) {
      return pullFromRegistry();
    }
    HubEnvironment hubs = HubEnvironment.of(surroundings);
    ModelReference reference = ModelReference.parse(name);
    requireFitting(reference);
    if (offline || hubs.isOffline()) {
      return findHere(reference);
    }
    PullRequest request =
        new PullRequest(reference, revision, files, sha256.map(FileDigest::sha256));
    boolean isTerminal = TerminalStreams.isTerminal(SystemStream.Error);
    PullProgress progress = new PullProgress(surroundings.err(), isTerminal, System::nanoTime);
    Thread worker = Thread.currentThread();
    Object before = Signals.register("INT", worker::interrupt);
    try (Puller puller = new Puller(hubs.settings(connections), hubs.folders())) {
      if (dryRun) {
        print(puller.plan(request, progress));
      } else {
        new PermittedPull(new AuditPolicy(surroundings), puller).require(request, progress);
        PullResult result = puller.pull(request, progress);
        if (keep) {
          keep(result);
        } else {
          print(result);
        }
      }
    } catch (InterruptedException stopped) {
      progress.end();
      throw new CliException(
          Exit.INTERRUPTED,
          "stopped; what has arrived is kept",
          "Give the same command again to go on.");
    } catch (HubException failure) {
      progress.end();
      CliException told =
          new CliException(
              Exit.FAILURE,
              String.valueOf(failure.getMessage()),
              progress.hasFetched()
                  ? "What has arrived is kept; the same command goes on from there."
                  : "");
      told.initCause(failure);
      throw told;
    } finally {
      Signals.unregister("INT", before);
    }
    return Exit.OK.code();
  }

  private Integer pullFromRegistry() {
    if (revision.isPresent() || !files.isEmpty() || sha256.isPresent() || dryRun || offline) {
      throw new CliException(
          Exit.USAGE,
          "--revision, --file, --sha256, --dry-run and --offline are not for registries",
          "A digest at the end of the name fixes what comes: oci://HOST/REPOSITORY@sha256:...");
    }
    return new RegistryExchange(surroundings, Optional.empty())
        .pull(name, keptName, connections, json);
  }

  /// What was fetched goes into the vault by the same bytes, where the file system can.
  private void keep(PullResult result) {
    FoundModel found =
        Models.finderOutsideVault(surroundings).inventory().models().stream()
            .filter(model -> isSame(model, result))
            .findFirst()
            .orElseGet(
                () -> Models.finderOutsideVault(surroundings).find(result.path().toString()));
    ParityOption parity = new ParityOption();
    ModelKeeping keeping =
        new ModelKeeping(
            surroundings,
            Vaults.folder(surroundings, Optional.empty()),
            false,
            Optional.empty(),
            parity,
            List.of());
    ModelKeeping.Result kept =
        keeping.keep(found, ModelKeeping.name(found, keptName), Optional.of(result));
    parity.keep(surroundings, Optional.empty(), kept);
    VaultAddCommand.print(surroundings, kept, json);
  }

  private static boolean isSame(FoundModel model, PullResult result) {
    try {
      return Files.isSameFile(model.path(), result.path());
    } catch (IOException gone) {
      return false;
    }
  }

  private void requireFitting(ModelReference reference) {
    if (keptName.isPresent() && !keep) {
      throw new CliException(Exit.USAGE, "--name is for --keep", "Add --keep.");
    }
    boolean isRepository = reference instanceof ModelReference.HuggingFace;
    boolean isOfHub = isRepository || reference instanceof ModelReference.HuggingFaceFile;
    if (revision.isPresent() && !isOfHub || !files.isEmpty() && !isRepository) {
      throw new CliException(
          Exit.USAGE,
          "--revision and --file are for repositories of Hugging Face, not for " + reference,
          "");
    }
    if (sha256.isPresent() && !(reference instanceof ModelReference.WebFile)) {
      throw new CliException(
          Exit.USAGE,
          "--sha256 is for files at https addresses; hubs say themselves what files hash to",
          "");
    }
  }

  private int findHere(ModelReference reference) {
    String wanted =
        switch (reference) {
          case ModelReference.HuggingFace model -> model.toString();
          case ModelReference.HuggingFaceFile file ->
              "hf.co/" + file.repository() + ":" + file.path();
          case ModelReference.Ollama model -> model.shortName();
          case ModelReference.WebFile file -> file.stem();
        };
    FoundModel found;
    try {
      found = Models.finder(surroundings).find(wanted);
    } catch (HubException failure) {
      CliException told =
          new CliException(
              Exit.FAILURE,
              "%s, and the network may not be used".formatted(failure.getMessage()),
              "Pull it without --offline and HF_HUB_OFFLINE, or copy it to this machine.");
      told.initCause(failure);
      throw told;
    }
    surroundings.err().println("already here; the network was not used");
    surroundings.out().println(found.name());
    return Exit.OK.code();
  }

  private void print(PullPlan plan) {
    if (json) {
      try (JsonPrinter printer = new JsonPrinter(surroundings.out())) {
        printer.object(() -> facts(printer, plan, Optional.empty()));
      }
      return;
    }
    for (RemoteFile file : plan.files()) {
      long here = plan.here().getOrDefault(file.name(), 0L);
      surroundings
          .out()
          .printf(
              "%9s  %s%s%n",
              Sizes.bytes(file.bytes()),
              Failure.printable(file.name()),
              here == 0 ? "" : here == file.bytes() ? "  (here)" : "  (partly here)");
    }
    surroundings
        .out()
        .printf(
            "%9s  together, %s to fetch%n", Sizes.bytes(plan.bytes()), Sizes.bytes(plan.missing()));
  }

  private void print(PullResult result) {
    String known = knownName(result);
    if (json) {
      try (JsonPrinter printer = new JsonPrinter(surroundings.out())) {
        printer.object(() -> {
          printer.field("name", known);
          printer.field("path", result.path().toString());
          facts(printer, result.plan(), Optional.of(result.paths()));
        });
      }
      return;
    }
    surroundings.err().println("done; run it with: freehold run " + Failure.printable(known));
    surroundings.out().println(Failure.printable(known));
  }

  private static void facts(JsonPrinter printer, PullPlan plan, Optional<List<Path>> paths) {
    printer.field("from", plan.reference().toString());
    printer.field("revision", plan.revision());
    printer.field("bytes", plan.bytes());
    printer.array(
        "files",
        plan.files(),
        file ->
            printer.object(() -> {
              printer.field("name", file.name());
              printer.field("bytes", file.bytes());
              printer.field("digest", file.digest().map(FileDigest::toString).orElse(""));
              printer.field("here", plan.here().getOrDefault(file.name(), 0L));
              paths.ifPresent(
                  all -> printer.field("path", all.get(plan.files().indexOf(file)).toString()));
            }));
  }

  /// The name by which the model is found, or its path where the name means something else.
  private String knownName(PullResult result) {
    String wanted = result.plan().name();
    try {
      Path found = Models.finder(surroundings).find(wanted).path();
      return Files.isSameFile(found, result.path()) ? wanted : result.path().toString();
    } catch (HubException | IOException otherwise) {
      return result.path().toString();
    }
  }
}
