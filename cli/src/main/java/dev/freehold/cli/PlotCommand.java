package dev.freehold.cli;

import dev.freehold.train.metrics.LossPlot;
import dev.freehold.train.metrics.RunMetrics;
import dev.freehold.train.metrics.Scale;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `freehold plot`: the loss curves of training runs as an image.
@Command(
    name = "plot",
    description = {
      "Draws the losses of runs, training and held-out, and their learning rates, from the"
          + " metrics.jsonl that freehold train writes; finished or not.",
      "One SVG image, or an HTML page where the name ends so: no scripts, nothing fetched, light"
          + " or dark as the reader has it. The same metrics give the same bytes."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  freehold plot runs/smoke",
      "  freehold plot runs/first runs/second --to both.html --loss-axis log"
    })
final class PlotCommand implements Callable<Integer> {
  private final Surroundings surroundings;

  @Parameters(arity = "1..*", paramLabel = "RUN", description = "Folders of runs, 8 at most.")
  private List<Path> runs = List.of();

  @Option(
      names = "--to",
      paramLabel = "FILE",
      description = "FILE.svg or FILE.html; loss.svg in the run's folder by default.")
  private Optional<Path> target = Optional.empty();

  @Option(
      names = "--loss-axis",
      paramLabel = "SCALE",
      description = "linear or log; log by default where losses span more than a factor of ten.")
  private Optional<Scale> lossAxis = Optional.empty();

  @Option(names = "--step-axis", paramLabel = "SCALE", description = "linear, the default, or log.")
  private Scale stepAxis = Scale.LINEAR;

  @Option(
      names = "--smooth",
      paramLabel = "N",
      description = "Steps over which losses are smoothed; a fiftieth of the run by default.")
  private Optional<Integer> smooth = Optional.empty();

  @Option(names = "--force", description = "Replace what is at --to.")
  private boolean force;

  PlotCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() {
    if (runs.size() > LossPlot.MOST_RUNS) {
      throw new CliException(
          Exit.USAGE,
          "%d runs: one plot shows at most %d".formatted(runs.size(), LossPlot.MOST_RUNS),
          "Make several plots.");
    }
    if (smooth.isPresent() && smooth.get() < 1) {
      throw new CliException(
          Exit.USAGE,
          "--smooth %d: expected 1 or more".formatted(smooth.get()),
          "1 leaves the loss as it was; without the option it is a fiftieth of the run.");
    }
    Path file = file();
    List<RunMetrics> metrics = new ArrayList<>();
    for (Path run : runs) {
      RunMetrics read = RunMetrics.read(run, name(run));
      if (read.isCut()) {
        surroundings
            .err()
            .println(
                "note: the last line of the metrics of %s is not whole and is left out"
                    .formatted(Failure.printable(run.toString())));
      }
      metrics.add(read);
    }
    OptionalInt span = smooth.isPresent() ? OptionalInt.of(smooth.get()) : OptionalInt.empty();
    LossPlot.Choice choice = new LossPlot.Choice(lossAxis, stepAxis, span);
    boolean page = file.toString().toLowerCase(Locale.ROOT).endsWith(".html");
    write(file, page ? LossPlot.html(metrics, choice) : LossPlot.svg(metrics, choice));
    surroundings.out().println(file);
    return Exit.OK.code();
  }

  /// The file to write: what `--to` says, or an image in the run's folder, which is replaced.
  private Path file() {
    if (target.isEmpty()) {
      Path run = runs.getFirst();
      if (runs.size() > 1 || Files.isRegularFile(run)) {
        throw new CliException(
            Exit.USAGE, "--to FILE is missing", "It names the image, FILE.svg or FILE.html.");
      }
      return run.resolve("loss.svg");
    }
    Path file = target.get();
    String name = file.toString().toLowerCase(Locale.ROOT);
    if (!name.endsWith(".svg") && !name.endsWith(".html")) {
      throw new CliException(
          Exit.USAGE,
          "--to %s is neither an image nor a page".formatted(file),
          "Give it a name that ends in .svg or .html.");
    }
    if (Files.exists(file) && !force) {
      throw new CliException(
          Exit.USAGE, file + " exists", "Add --force to replace it, or choose another --to.");
    }
    return file;
  }

  /// The last part of a run's path; all of it where another run's is the same.
  private String name(Path run) {
    String last = lastPart(run);
    long same = runs.stream().filter(other -> lastPart(other).equals(last)).count();
    return same > 1 ? run.toString() : last;
  }

  private static String lastPart(Path run) {
    Path whole = run.toAbsolutePath().normalize();
    Path folder = Files.isRegularFile(run) ? whole.getParent() : whole;
    Path name = folder == null ? null : folder.getFileName();
    return name == null ? run.toString() : name.toString();
  }

  private static void write(Path file, String content) {
    Path part = file.resolveSibling(file.getFileName() + ".partial");
    try {
      try {
        Files.writeString(part, content);
        Files.move(part, file, StandardCopyOption.REPLACE_EXISTING);
      } finally {
        Files.deleteIfExists(part);
      }
    } catch (IOException e) {
      throw new CliException("%s cannot be written: %s".formatted(file, e), e);
    }
  }
}
