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
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
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
    Map<Tier, PreparedRun> runs = new EnumMap<>(Tier.class);
    Map<Tier, double[]> rates = new EnumMap<>(Tier.class);
    for (Tier tier : TIERS) {
      // Closed by the end of the process.
      Kernels kernels = Kernels.open(new KernelOptions(tier, 0, threads, ActivationFormat.F32));
      Path tokenizer = folder.resolve("tokenizer");
      runs.put(tier, new PreparedRun(recipe, Optional.empty(), tokenizer, kernels, false));
      rates.put(tier, new double[rounds]);
    }
    for (int round = 0; round <= rounds; round++) {
      double[] losses = new double[TIERS.size()];
      StringBuilder line = new StringBuilder("round " + round + ":");
      for (Tier tier : TIERS) {
        PreparedRun run = runs.get(tier);
        double start = seconds(threads);
        for (int i = 0; i < each; i++) {
          losses[tier.ordinal() - 1] = run.compute((long) round * each + i + 1).record().loss();
        }
        double rate = each / (seconds(threads) - start);
        if (round > 0) {
          rates.get(tier)[round - 1] = rate;
        }
        line.append(String.format(Locale.ROOT, " %s %.3f steps/s", tier, rate));
      }
      System.out.println(line + (losses[0] == losses[1] ? "" : ": LOSSES DIFFER"));
    }
    print(rates, rounds, recipe.shape().tokens());
  }

  private static void print(Map<Tier, double[]> rates, int rounds, long tokens) {
    double[] vector = rates.get(Tier.VECTOR);
    double[] machine = rates.get(Tier.MACHINE);
    double[] ratios = new double[rounds];
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
