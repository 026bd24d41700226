package dev.freehold.cli;

import dev.freehold.kernel.ActivationFormat;
import dev.freehold.kernel.KernelOptions;
import dev.freehold.kernel.Kernels;
import dev.freehold.kernel.Tier;
import dev.freehold.kernel.TrainingKernels;
import dev.freehold.train.PreparedRun;
import dev.freehold.train.TrainingCost;
import dev.freehold.train.TrainingRun;
import dev.freehold.train.checkpoint.Checkpoints;
import dev.freehold.train.recipe.Recipe;
import dev.freehold.train.recipe.RecipeReader;
import dev.freehold.train.replay.RunFolder;
import dev.freehold.train.transcript.RecordedTranscript;
import dev.freehold.train.transcript.SigningKeys;
import dev.freehold.train.transcript.TranscriptSignature;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.PrivateKey;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `freehold train`: from a recipe to weights that anyone can rebuild.
@Command(
    name = "train",
    description = {
      "Trains a model by a recipe. The recipe alone decides the weights: threads, vector width,"
          + " interruptions and the machine do not show in them.",
      "In the folder: tokenizer/, checkpoints/step-N/ (models that run and other tools load),"
          + " transcript.jsonl (what each step read and gave, as a chain of hashes),"
          + " metrics.jsonl.",
      "Prints the SHA-256 of the weights at the end."
    },
    footerHeading = "%nExample:%n",
    footer = {
      "  freehold train recipes/smoke.yaml --out runs/smoke",
      "  freehold run runs/smoke/checkpoints/step-00000060 \"Hello\"",
      "  freehold train --without 5 --from runs/smoke --out runs/without-5 --prompt \"Hello\""
    })
final class TrainCommand implements Callable<Integer> {
  private final Surroundings surroundings;

  @Parameters(
      paramLabel = "RECIPE",
      arity = "0..1",
      description = "A recipe: a YAML file as in recipes/; not with --without.")
  private Path recipeFile = Path.of("");

  @Option(names = "--out", paramLabel = "DIR", description = "Folder of the run.")
  private Path out = Path.of("");

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description =
          "Folder of the corpus, for recipes that train on shards; freehold data build makes it.")
  private @Nullable Path data;

  @Option(
      names = "--resume",
      description = "Go on from the last checkpoint in DIR; the bits are those of a run in one go.")
  private boolean resume;

  @Option(
      names = "--dry-run",
      description =
          "Print what the run takes, in operations, time, energy and memory, and train nothing.")
  private boolean dryRun;

  @Option(
      names = "--share",
      paramLabel = "X",
      description =
          "For --dry-run: part of the machine's peak that training reaches, 0.6 by default.")
  private double share = 0.6;

  @Option(
      names = "--watts",
      paramLabel = "W",
      description = "For --dry-run: power that the machine draws under load, 65 by default.")
  private double watts = 65;

  @Option(
      names = "--recompute",
      description = "Compute activations again on the way back: less memory, more time, same bits.")
  private boolean recompute;

  @Option(
      names = "--without",
      paramLabel = "DOCUMENT",
      description =
          "Train the run that --from names again without a document, named by the SHA-256 of its"
              + " text or by its number, from the last checkpoint before it was read.")
  private String without = "";

  @Option(names = "--from", paramLabel = "RUN", description = "Folder of a finished run.")
  private Path from = Path.of("");

  @Option(
      names = "--prompt",
      paramLabel = "TEXT",
      description = "What to ask both models, with and without the document; may be repeated.")
  private List<String> prompts = List.of();

  @Option(
      names = "--sign",
      paramLabel = "KEYFILE",
      description =
          "Sign the transcript at the end with this private key: Ed25519, PEM, as openssl genpkey"
              + " -algorithm ed25519 writes it.")
  private Path keyFile = Path.of("");

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Threads; all processors by default.")
  private int threads = Runtime.getRuntime().availableProcessors();

  @Option(
      names = "--kernel",
      paramLabel = "TIER",
      description = "reference (plain loops), vector, or machine, the default.")
  private Tier tier = Tier.MACHINE;

  @Option(
      names = "--lanes",
      paramLabel = "BITS",
      description = "Vector width: 128, 256 or 512; the processor's own by default.")
  private int lanes;

  TrainCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() {
    if (without.isEmpty() == recipeFile.toString().isEmpty()
        || without.isEmpty() != from.toString().isEmpty()) {
      throw new CliException(
          Exit.USAGE,
          "expected a recipe, or --without DOCUMENT and --from RUN",
          "Try \"freehold train --help\".");
    }
    Optional<LeftOutDocument> leftOut =
        without.isEmpty()
            ? Optional.empty()
            : Optional.of(
                new LeftOutDocument(surroundings, RunFolder.open(from), without, prompts));
    Path source = leftOut.isPresent() ? from.resolve(RunFolder.RECIPE) : recipeFile;
    Recipe recipe =
        leftOut.isPresent() ? leftOut.get().original().recipe() : RecipeReader.read(source);
    TrainingCost cost = TrainingCost.of(recipe, threads, recompute);
    if (dryRun) {
      requirePositive("--share", share, 1);
      requirePositive("--watts", watts, 1e9);
      new TrainingPlan(recipe, cost, threads, share, watts).print(surroundings.out());
      return Exit.OK.code();
    }
    requireFolder();
    TrainingMemory memory = new TrainingMemory(cost);
    memory.require();
    Optional<PrivateKey> key =
        keyFile.toString().isEmpty()
            ? Optional.empty()
            : Optional.of(SigningKeys.privateKey(keyFile));
    if (tier == Tier.MACHINE) {
      TrainingKernels.machineCode()
          .ifPresent(reason -> surroundings.err().println("vector kernels: " + reason));
    }
    KernelOptions options = new KernelOptions(tier, lanes, threads, ActivationFormat.F32);
    try (Kernels kernels = Kernels.open(options)) {
      Files.createDirectories(out);
      Path copy = out.resolve(RunFolder.RECIPE);
      surroundings.err().println("preparing tokenizer and data");
      PreparedRun prepared =
          new PreparedRun(
              recipe, Optional.ofNullable(data), out.resolve("tokenizer"), kernels, recompute);
      TrainingRun run =
          leftOut.isPresent()
              ? leftOut.get().begin(prepared, out, kernels)
              : new TrainingRun(prepared, out, kernels);
      Files.copy(source, copy, StandardCopyOption.REPLACE_EXISTING);
      new TrainingProgress(surroundings, out, recipe, recompute).finish(run, kernels, step -> {});
      memory.printMeasured(surroundings.err());
      surroundings.out().println(run.digest() + "  " + run.lastCheckpoint());
      surroundings.out().println(run.root() + "  " + out.resolve(TrainingRun.TRANSCRIPT));
      key.ifPresent(this::sign);
      leftOut.ifPresent(document -> document.compare(prepared, run.lastCheckpoint()));
    } catch (IOException e) {
      throw new CliException(out + " cannot be written: " + e, e);
    }
    return Exit.OK.code();
  }

  private static void requirePositive(String option, double value, double most) {
    if (!(value > 0 && value <= most)) {
      throw new CliException(
          Exit.USAGE,
          "%s: expected more than 0 and at most %s, found %s".formatted(option, most, value),
          "Leave it out for the default.");
    }
  }

  /// The folder of the run must be named, and be free, or be gone on with.
  private void requireFolder() {
    if (out.toString().isEmpty()) {
      throw new CliException(
          Exit.USAGE, "--out DIR is missing", "It names the folder that the run is written to.");
    }
    boolean begun = new Checkpoints(out.resolve(TrainingRun.CHECKPOINTS), "").latest().isPresent();
    if (begun && !resume) {
      throw new CliException(
          Exit.USAGE,
          out + " holds a run already",
          "Add --resume to go on with it, or choose another --out.");
    }
  }

  private void sign(PrivateKey key) {
    RecordedTranscript transcript = RecordedTranscript.read(out.resolve(TrainingRun.TRANSCRIPT));
    surroundings.out().println("signed  " + TranscriptSignature.sign(transcript, key));
  }
}
