package dev.freehold.cli;

import dev.freehold.tensor.Dtype;
import dev.freehold.train.Sha256;
import dev.freehold.train.TrainingRun;
import dev.freehold.train.checkpoint.Checkpoints;
import dev.freehold.train.export.GgufExport;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `freehold export`: a trained model in the formats of other programs.
@Command(
    name = "export",
    description = {
      "Writes a trained model as a GGUF file, for llama.cpp and what is built on it. The same"
          + " checkpoint gives the same bytes; their SHA-256 is printed.",
      "Norms stay F32. Matrices whose rows are no whole number of blocks become F16, and are named."
          + " In Q4_0 files the output head is Q8_0."
    },
    footerHeading = "%nExample:%n",
    footer = "  freehold export runs/smoke --to smoke.gguf --dtype Q8_0")
final class ExportCommand implements Callable<Integer> {
  private final Surroundings surroundings;

  @Parameters(
      paramLabel = "CHECKPOINT",
      description = "A checkpoint, or a run, whose last one is taken.")
  private Path source = Path.of("");

  @Option(
      names = "--to",
      required = true,
      paramLabel = "FILE.gguf",
      description = "What is written.")
  private Path target = Path.of("");

  @Option(
      names = "--dtype",
      paramLabel = "DTYPE",
      description = "F32, F16, BF16, Q8_0 (the default) or Q4_0.")
  private Dtype dtype = Dtype.Q8_0;

  @Option(
      names = "--name",
      paramLabel = "NAME",
      description = "The model's name in the file; family and size by default.")
  private Optional<String> name = Optional.empty();

  @Option(names = "--force", description = "Replace what is at the target.")
  private boolean force;

  ExportCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() {
    if (!target.toString().endsWith(".gguf")) {
      throw new CliException(
          Exit.USAGE, "--to " + target + " is no GGUF file", "Give it a name that ends in .gguf.");
    }
    if (!GgufExport.DTYPES.contains(dtype)) {
      throw new CliException(
          Exit.USAGE,
          "--dtype %s is not written".formatted(dtype),
          "Choose one of %s.".formatted(GgufExport.DTYPES));
    }
    if (Files.exists(target) && !force) {
      throw new CliException(
          Exit.USAGE, target + " exists", "Add --force to replace it, or choose another --to.");
    }
    VectorModule.require();
    List<String> notes = GgufExport.write(checkpoint(), target, dtype, name);
    notes.forEach(note -> surroundings.err().println("note: " + Failure.printable(note)));
    surroundings.out().println(Sha256.of(target) + "  " + target);
    return Exit.OK.code();
  }

  /// The checkpoint itself, or the last one of a run.
  private Path checkpoint() {
    Path folder = source.resolve(TrainingRun.CHECKPOINTS);
    if (!Files.isDirectory(folder)) {
      return source;
    }
    Checkpoints checkpoints = new Checkpoints(folder, "");
    return checkpoints
        .latest()
        .map(checkpoints::path)
        .orElseThrow(() -> new CliException(folder + ": this run has no checkpoint yet"));
  }
}
