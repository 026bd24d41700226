package dev.freehold.cli;

import dev.freehold.kernel.FmaPeak;
import dev.freehold.kernel.Kernels;
import dev.freehold.kernel.Tier;
import dev.freehold.train.TrainingCost;
import dev.freehold.train.TrainingRun;
import dev.freehold.train.metrics.MetricsLog;
import dev.freehold.train.recipe.Recipe;
import java.nio.file.Path;
import java.util.Locale;
import java.util.function.Consumer;

/// Takes a training run to its end: a line on standard error for each step, and `metrics.jsonl`.
///
/// @param folder of the run
/// @param recompute whether activations are computed again on the way back
record TrainingProgress(Surroundings surroundings, Path folder, Recipe recipe, boolean recompute) {
  private static final int PEAK_ROUNDS = 3;

  /// Computes all steps that are left.
  ///
  /// @param after told of every step
  void finish(TrainingRun run, Kernels kernels, Consumer<TrainingRun.Result> after) {
    if (run.cutDocuments() > 0) {
      surroundings
          .err()
          .printf(
              "note: %d documents are longer than a sequence of %d tokens and lose their end%n",
              run.cutDocuments(), recipe.shape().length());
    }
    boolean hasPeak = kernels.options().tier() != Tier.REFERENCE;
    double peak = hasPeak ? FmaPeak.measure(kernels.pool(), PEAK_ROUNDS) : 0;
    long first = run.step();
    long tokens = recipe.shape().tokens();
    int threads = kernels.options().threads();
    double operations = TrainingCost.of(recipe, threads, recompute).operations() / recipe.steps();
    long start = System.nanoTime();
    try (MetricsLog metrics = new MetricsLog(folder)) {
      while (!run.isDone()) {
        long before = System.nanoTime();
        TrainingRun.Result result = run.next();
        double seconds = (System.nanoTime() - before) / 1e9;
        double passed = (System.nanoTime() - start) / 1e9;
        double left = passed / (result.step() - first) * (recipe.steps() - result.step());
        String line =
            String.format(
                Locale.ROOT,
                "step %d of %d: loss %.4f, norm %.3f, rate %.2e, %.0f tokens/s%s, %s left",
                result.step(),
                recipe.steps(),
                result.loss(),
                result.norm(),
                result.rate(),
                tokens / seconds,
                share(operations / seconds, peak),
                time(left));
        if (result.heldOut().isPresent()) {
          line += String.format(Locale.ROOT, ", held out %.4f", result.heldOut().get());
        }
        surroundings.err().println(line);
        metrics.add(result, tokens / seconds);
        after.accept(result);
      }
    }
  }

  private static String share(double speed, double peak) {
    return peak == 0
        ? ""
        : String.format(Locale.ROOT, ", %.0f %% of the FMA peak", 100 * speed / peak);
  }

  private static String time(double seconds) {
    long whole = Math.round(seconds);
    return whole < 3600
        ? "%d:%02d".formatted(whole / 60, whole % 60)
        : "%d:%02d h".formatted(whole / 3600, whole / 60 % 60);
  }
}
