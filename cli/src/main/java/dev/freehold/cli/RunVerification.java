package dev.freehold.cli;

import dev.freehold.kernel.ActivationFormat;
import dev.freehold.kernel.KernelOptions;
import dev.freehold.kernel.Kernels;
import dev.freehold.kernel.Tier;
import dev.freehold.kernel.WorkerPool;
import dev.freehold.train.PreparedRun;
import dev.freehold.train.TrainingCost;
import dev.freehold.train.recipe.Recipe;
import dev.freehold.train.replay.Finding;
import dev.freehold.train.replay.Replay;
import dev.freehold.train.replay.RunFolder;
import dev.freehold.train.replay.Stretch;
import dev.freehold.train.transcript.TranscriptSignature;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PublicKey;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/// Checks a training run by computing it again, all of it, some steps or a sample.
///
/// @param data folder of the corpus, for recipes that train on shards
/// @param signer whose signature the run must bear
record RunVerification(
    Surroundings surroundings, Path folder, Optional<Path> data, Optional<PublicKey> signer) {
  /// What is computed again.
  sealed interface Scope {}

  /// Steps `from` to `to`, and those between the checkpoint before them.
  record Steps(long from, long to) implements Scope {}

  /// So many stretches between checkpoints, chosen by a seed.
  record Sample(int stretches, long seed) implements Scope {}

  /// Something to do with a prepared run.
  interface Work {
    void with(PreparedRun prepared, WorkerPool pool);
  }

  /// Checks what the folder claims.
  ///
  /// @return the exit code; a claim that does not hold is an exception that names it
  Integer verify(Scope scope) {
    RunFolder run = RunFolder.open(folder);
    List<Stretch> all = Stretch.of(run);
    List<Stretch> chosen = chosen(scope, run, all);
    PrintStream out = surroundings.out();
    out.printf("chain       unbroken over %d steps, root %s%n", steps(run), root(run));
    checkSignature(run);
    prepare(
        surroundings,
        run,
        data,
        (prepared, pool) -> {
          Replay replay = new Replay(prepared, run, pool, this::progress);
          require(replay.header());
          out.println("header      equal: recipe, tokenizer and data");
          require(replay.inputs());
          out.printf("inputs      equal: batch and rate of all %d steps%n", steps(run));
          for (long step : run.checkpointSteps()) {
            surroundings.err().printf("reading the checkpoint of step %d%n", step);
            require(replay.checkpoint(step));
          }
          out.printf("checkpoints equal: all %d%n", run.checkpointSteps().size());
          for (Stretch stretch : chosen) {
            require(replay.stretch(stretch));
            out.printf("computed    equal: steps %d to %d%n", stretch.from() + 1, stretch.to());
          }
        });
    printCoverage(scope, run, all, chosen);
    return Exit.OK.code();
  }

  private void checkSignature(RunFolder run) {
    if (signer.isPresent()) {
      TranscriptSignature.check(run.transcript(), signer.get());
      surroundings.out().println("signature   made by the holder of the key");
    } else if (TranscriptSignature.isBeside(run.transcript())) {
      surroundings.out().println("signature   not checked: --key names whose it should be");
    }
  }

  private static long steps(RunFolder run) {
    return run.transcript().steps();
  }

  private static String root(RunFolder run) {
    return run.transcript().root();
  }

  private void progress(long step) {
    surroundings.err().println("computed step " + step);
  }

  static void require(Optional<Finding> finding) {
    if (finding.isPresent()) {
      throw new CliException(
          Exit.FAILURE,
          finding.get().text(),
          "This run was not computed as it claims, or its files were changed.");
    }
  }

  private List<Stretch> chosen(Scope scope, RunFolder run, List<Stretch> all) {
    return switch (scope) {
      case Sample sample -> Stretch.sample(all, sample.stretches(), sample.seed());
      case Steps steps -> {
        long to = Math.min(steps.to(), steps(run));
        if (steps.from() < 1 || to < steps.from()) {
          throw new CliException(
              Exit.USAGE,
              "steps %d to %d: the transcript holds %d".formatted(steps.from(), to, steps(run)),
              "Choose --from and --to among them.");
        }
        long from = run.checkpoints().latestBefore(steps.from()).orElse(0L);
        yield List.of(new Stretch(from, to));
      }
    };
  }

  private void printCoverage(Scope scope, RunFolder run, List<Stretch> all, List<Stretch> chosen) {
    PrintStream out = surroundings.out();
    long computed = chosen.stream().mapToLong(Stretch::steps).sum();
    double share = 100.0 * computed / Math.max(1, steps(run));
    String kind =
        switch (scope) {
          case Steps steps -> "";
          case Sample sample ->
              ", %d of %d stretches chosen by seed %d"
                  .formatted(chosen.size(), all.size(), sample.seed());
        };
    out.printf(
        Locale.ROOT,
        "covered     %d of %d steps computed again (%.1f %%)%s%n",
        computed,
        steps(run),
        share,
        kind);
    if (chosen.size() < all.size() && scope instanceof Sample) {
      out.printf(
          Locale.ROOT,
          "            a run with 1 %%, 10 %%, 50 %% of false stretches would be caught with"
              + " probability %.3f, %.3f, %.3f%n",
          caught(0.01, chosen.size()),
          caught(0.1, chosen.size()),
          caught(0.5, chosen.size()));
    }
  }

  private static double caught(double share, int stretches) {
    return 1 - Math.pow(1 - share, stretches);
  }

  /// Prepares data and model of a run, with a temporary folder for the tokenizer.
  ///
  /// @param data folder of the corpus, for recipes that train on shards
  static void prepare(Surroundings surroundings, RunFolder run, Optional<Path> data, Work work) {
    Recipe recipe = run.recipe();
    int threads = Runtime.getRuntime().availableProcessors();
    new TrainingMemory(TrainingCost.of(recipe, threads, false)).require();
    KernelOptions options = new KernelOptions(Tier.MACHINE, 0, threads, ActivationFormat.F32);
    try {
      Path scratch = Files.createTempDirectory("verify");
      try (Kernels kernels = Kernels.open(options)) {
        surroundings.err().println("preparing tokenizer and data");
        PreparedRun prepared = new PreparedRun(recipe, data, scratch, kernels, false);
        String without = run.transcript().header().getOrDefault(PreparedRun.WITHOUT, "");
        if (!without.isEmpty()) {
          prepared.leaveOut(without);
        }
        work.with(prepared, kernels.pool());
      } finally {
        delete(scratch);
      }
    } catch (IOException e) {
      throw new CliException("a temporary folder cannot be written: " + e.getMessage(), e);
    }
  }

  static void delete(Path folder) throws IOException {
    List<Path> all;
    try (Stream<Path> walk = Files.walk(folder)) {
      all = walk.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path path : all) {
      Files.delete(path);
    }
  }
}
