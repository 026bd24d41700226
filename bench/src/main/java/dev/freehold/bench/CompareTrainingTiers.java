package dev.freehold.bench;

import dev.freehold.kernel.ActivationFormat;
import dev.freehold.kernel.KernelOptions;
import dev.freehold.kernel.Kernels;
import dev.freehold.kernel.Tier;
import dev.freehold.train.PreparedRun;
import dev.freehold.train.recipe.Recipe;
import dev.freehold.train.recipe.RecipeReader;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// Trains a recipe with the vector and the machine tier in turn, and prints the steps per second of
/// both and their ratio.
///
/// `CompareTrainingTiers RECIPE ROUNDS [STEPS_OF_A_ROUND [THREADS]]`. The first round is left out;
/// ratios are taken within a round and their median printed. With one thread the seconds are those
/// that the thread computed, which other work on the machine does not count into. Losses must be
/// equal to the bit.
public final class CompareTrainingTiers {
  private static final List<Tier> TIERS = List.of(Tier.VECTOR, Tier.MACHINE);

  private CompareTrainingTiers() {}

  public static void main(String[] args) throws IOException {
    if (args.length < 2 || args.length > 4) {
      System.err.println("usage: CompareTrainingTiers RECIPE ROUNDS [STEPS_OF_A_ROUND [THREADS]]");
      System.exit(2);
    }
    Recipe recipe = RecipeReader.read(Path.of(args[0]));
    int rounds = Integer.parseInt(args[1]);
    int each = args.length > 2 ? Integer.parseInt(args[2]) : 3;
    int threads =
        args.length > 3 ? Integer.parseInt(args[3]) : Runtime.getRuntime().availableProcessors();
    Path folder = Files.createTempDirectory("compare");
    List<PreparedRun> runs = new ArrayList<>();
    double[][] rates = new double[TIERS.size()][rounds];
    for (Tier tier : TIERS) {
      // Closed by the end of the process.
      Kernels kernels = Kernels.open(new KernelOptions(tier, 0, threads, ActivationFormat.F32));
      Path tokenizer = folder.resolve("tokenizer");
      runs.add(new PreparedRun(recipe, Optional.empty(), tokenizer, kernels, false));
    }
    for (int round = 0; round <= rounds; round++) {
      double[] losses = new double[TIERS.size()];
      StringBuilder line = new StringBuilder("round " + round + ":");
      for (int tier = 0; tier < TIERS.size(); tier++) {
        PreparedRun run = runs.get(tier);
        double start = seconds(threads);
        for (int i = 0; i < each; i++) {
          losses[tier] = run.compute((long) round * each + i + 1).record().loss();
        }
        double rate = each / (seconds(threads) - start);
        if (round > 0) {
          rates[tier][round - 1] = rate;
        }
        line.append(String.format(Locale.ROOT, " %s %.3f steps/s", TIERS.get(tier), rate));
      }
      System.out.println(line + (losses[0] == losses[1] ? "" : ": LOSSES DIFFER"));
    }
    print(rates[0], rates[1], recipe.shape().tokens());
  }

  private static void print(double[] vector, double[] machine, long tokens) {
    double[] ratios = new double[vector.length];
    Arrays.setAll(ratios, i -> machine[i] / vector[i]);
    System.out.printf(
        Locale.ROOT,
        "vector %.3f steps/s (%.0f tokens/s), machine %.3f (%.0f), ratio %.2f%n",
        median(vector),
        tokens * median(vector),
        median(machine),
        tokens * median(machine),
        median(ratios));
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }

  private static double seconds(int threads) {
    ThreadMXBean bean = ManagementFactory.getThreadMXBean();
    return (threads == 1 ? bean.getCurrentThreadCpuTime() : System.nanoTime()) / 1e9;
  }
}
