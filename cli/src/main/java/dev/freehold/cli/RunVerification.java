package dev.freehold.cli;

import dev.freehold.kernel.ActivationFormat;
import dev.freehold.kernel.KernelOptions;
import dev.freehold.kernel.Kernels;
import dev.freehold.kernel.Tier;
import dev.freehold.train.TrainingRun;
import dev.freehold.train.recipe.Recipe;
import dev.freehold.train.recipe.RecipeReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/// Checks a training run by computing steps of it again.
record RunVerification(Surroundings surroundings, Path folder) {
  /// Computes steps `from` to `to` again, and those between the checkpoint before them.
  ///
  /// @return the exit code; a difference is an exception that names the step
  Integer verify(long from, long to) {
    Path file = folder.resolve("recipe.yaml");
    if (!Files.exists(file)) {
      throw new CliException(
          Exit.FAILURE,
          folder + " holds a transcript, but no recipe.yaml",
          "Put the recipe of the run there.");
    }
    VectorModule.require();
    Recipe recipe = RecipeReader.read(file);
    int threads = Runtime.getRuntime().availableProcessors();
    KernelOptions options = new KernelOptions(Tier.VECTOR, 0, threads, ActivationFormat.F32);
    try {
      Path scratch = Files.createTempDirectory("verify");
      try (Kernels kernels = Kernels.open(options)) {
        surroundings.err().println("preparing tokenizer and data");
        TrainingRun run = TrainingRun.replay(recipe, folder, kernels, scratch, from);
        return compare(run, from, Math.min(to, run.recordedSteps()));
      } finally {
        delete(scratch);
      }
    } catch (IOException e) {
      throw new CliException("a temporary folder cannot be written: " + e.getMessage(), e);
    }
  }

  private Integer compare(TrainingRun run, long from, long to) {
    if (from < 1 || to < from) {
      throw new CliException(
          Exit.USAGE,
          "steps %d to %d: the transcript holds %d".formatted(from, to, run.recordedSteps()),
          "Choose --from and --to among them.");
    }
    long first = run.step() + 1;
    while (run.step() < to) {
      TrainingRun.Result result = run.next();
      surroundings.err().println("step %d of %d: equal".formatted(result.step(), to));
    }
    surroundings.out().println("equal: steps %d to %d of %s".formatted(first, to, folder));
    surroundings.out().println(run.digest() + "  weights after step " + to);
    return Exit.OK.code();
  }

  private static void delete(Path folder) throws IOException {
    List<Path> all;
    try (Stream<Path> walk = Files.walk(folder)) {
      all = walk.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path path : all) {
      Files.delete(path);
    }
  }
}
