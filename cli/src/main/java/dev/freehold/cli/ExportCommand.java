package dev.freehold.cli;

import dev.freehold.tensor.Dtype;
import dev.freehold.tensor.Sha256;
import dev.freehold.train.TrainingRun;
import dev.freehold.train.checkpoint.Checkpoints;
import dev.freehold.train.export.GgufExport;
import dev.freehold.train.export.HuggingFaceExport;
import java.nio.file.Files;
import java.nio.file.LinkOption;
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
      "Writes a trained model as a GGUF file, for llama.cpp and what is built on it, or as a"
          + " Hugging Face folder, for transformers and what reads its files. The same checkpoint"
          + " gives the same bytes; their SHA-256 is printed.",
      "GGUF: norms stay F32. Matrices whose rows are no whole number of blocks become F16, and are"
          + " named. In Q4_0 files the output head is Q8_0.",
      "Folders: model.safetensors, config.json, generation_config.json and the tokenizer. A folder"
          + " is replaced only where it holds an export and nothing else."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  freehold export runs/smoke --to smoke.gguf --dtype Q8_0",
      "  freehold export runs/smoke --to smoke-hf --dtype BF16"
    })
final class ExportCommand implements Callable<Integer> {
  private final Surroundings surroundings;

  @Parameters(
      paramLabel = "CHECKPOINT",
      description = "A checkpoint, or a run, whose last one is taken.")
  private Path source = Path.of("");

  @Option(
      names = "--to",
      required = true,
      paramLabel = "TARGET",
      description = "What is written: FILE.gguf, or a folder.")
  private Path target = Path.of("");

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      description = "gguf or hf; by the name of the target where it is left out.")
  private Optional<Format> format = Optional.empty();

  @Option(
      names = "--dtype",
      paramLabel = "DTYPE",
      description =
          "F32, F16, BF16, and for GGUF Q8_0 or Q4_0. By default Q8_0 for GGUF, F32 for folders.")
  private Optional<Dtype> dtype = Optional.empty();

  @Option(
      names = "--name",
      paramLabel = "NAME",
      description = "The model's name in a GGUF file; family and size by default.")
  private Optional<String> name = Optional.empty();

  @Option(names = "--force", description = "Replace what is at the target.")
  private boolean force;

  /// What is written.
  private enum Format {
    /// One file.
    GGUF,
    /// A Hugging Face folder.
    HF
  }

  ExportCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() {
    boolean named = target.toString().endsWith(".gguf");
    Format chosen = format.orElse(named ? Format.GGUF : Format.HF);
    if (Files.exists(target, LinkOption.NOFOLLOW_LINKS) && !force) {
      throw new CliException(
          Exit.USAGE, target + " exists", "Add --force to replace it, or choose another --to.");
    }
    return switch (chosen) {
      case GGUF -> writeFile(named);
      case HF -> writeFolder(named);
    };
  }

  private Dtype dtype(Dtype otherwise, List<Dtype> possible) {
    Dtype chosen = dtype.orElse(otherwise);
    if (!possible.contains(chosen)) {
      throw new CliException(
          Exit.USAGE,
          "--dtype %s is not written".formatted(chosen),
          "Choose one of %s.".formatted(possible));
    }
    return chosen;
  }

  private Integer writeFile(boolean named) {
    if (!named) {
      throw new CliException(
          Exit.USAGE, "--to " + target + " is no GGUF file", "Give it a name that ends in .gguf.");
    }
    Dtype chosen = dtype(Dtype.Q8_0, GgufExport.DTYPES);
    List<String> notes = GgufExport.write(checkpoint(), target, chosen, name);
    notes.forEach(note -> surroundings.err().println("note: " + Failure.printable(note)));
    surroundings.out().println(Sha256.of(target) + "  " + target);
    return Exit.OK.code();
  }

  private Integer writeFolder(boolean named) {
    if (named || name.isPresent()) {
      throw new CliException(
          Exit.USAGE,
          named ? "--to %s is no name for a folder".formatted(target) : "--name is for GGUF files",
          named ? "Names that end in .gguf are files." : "A folder has its own name alone.");
    }
    Dtype chosen = dtype(Dtype.F32, HuggingFaceExport.DTYPES);
    for (Path file : HuggingFaceExport.write(checkpoint(), target, chosen)) {
      surroundings.out().println(Sha256.of(file) + "  " + file);
    }
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
