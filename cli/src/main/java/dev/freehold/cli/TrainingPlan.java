package dev.freehold.cli;

import dev.freehold.kernel.ActivationFormat;
import dev.freehold.kernel.FmaPeak;
import dev.freehold.kernel.KernelOptions;
import dev.freehold.kernel.Kernels;
import dev.freehold.kernel.Tier;
import dev.freehold.kernel.VectorModule;
import dev.freehold.train.TrainingCost;
import dev.freehold.train.data.PackedSequences;
import dev.freehold.train.recipe.Recipe;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/// What a recipe would cost on this machine: `freehold train --dry-run`.
///
/// The machine's peak is measured on the spot. How much of it training reaches, and what power the
/// machine draws, are assumptions, printed as such.
///
/// @param share of the peak that training reaches, from 0 to 1
/// @param watts power of the whole machine under load
record TrainingPlan(Recipe recipe, TrainingCost cost, int threads, double share, double watts) {
  private static final int PEAK_ROUNDS = 10;
  private static final double SECONDS_PER_HOUR = 3600;
  private static final double JOULES_PER_KWH = 3.6e6;

  void print(PrintStream out) {
    long tokens = recipe.shape().tokens();
    out.printf("recipe      %s%n", recipe.digest());
    out.printf("parameters  %,d%n", cost.parameters());
    out.printf("tokens      %,d in %,d steps%n", tokens * recipe.steps(), recipe.steps());
    out.printf(
        Locale.ROOT,
        "arithmetic  %.3g operations, attention included; %.3g for a token%n",
        cost.operations(),
        cost.operations() / recipe.steps() / tokens);
    double peak = peak();
    double seconds = cost.operations() / (peak * share);
    out.printf(
        Locale.ROOT,
        "machine     %s, %d threads: %.0f billion operations a second at most, measured now%n",
        processor(),
        threads,
        peak / 1e9);
    out.printf(
        Locale.ROOT,
        "time        %s at %.0f %% of that (assumed; --share; train prints what it reaches)%n",
        duration(seconds),
        100 * share);
    out.printf(
        Locale.ROOT,
        "energy      %s at %.0f W for the whole machine (assumed; --watts)%n",
        energy(seconds * watts),
        watts);
    out.printf("memory      %s%n", new TrainingMemory(cost).text());
    if (recipe.data().isGenerated()) {
      out.printf(
          "corpus      generated and held in memory besides, about %s if each token is read once%n",
          Sizes.bytes(PackedSequences.bytesOf(recipe)));
    }
  }

  private double peak() {
    VectorModule.require();
    KernelOptions options = new KernelOptions(Tier.MACHINE, 0, threads, ActivationFormat.F32);
    try (Kernels kernels = Kernels.open(options)) {
      return FmaPeak.measure(kernels.pool(), PEAK_ROUNDS);
    }
  }

  private static String processor() {
    try {
      for (String line : Files.readAllLines(Path.of("/proc/cpuinfo"))) {
        if (line.startsWith("model name")) {
          return Failure.printable(line.substring(line.indexOf(':') + 1).strip());
        }
      }
    } catch (IOException unknown) {
      // other systems have no such file
    }
    return System.getProperty("os.arch");
  }

  private static String duration(double seconds) {
    double hours = seconds / SECONDS_PER_HOUR;
    if (hours >= 48) {
      return String.format(Locale.ROOT, "%.1f days", hours / 24);
    }
    return hours >= 1
        ? String.format(Locale.ROOT, "%.1f hours", hours)
        : String.format(Locale.ROOT, "%.1f minutes", seconds / 60);
  }

  private static String energy(double joules) {
    return joules >= JOULES_PER_KWH
        ? String.format(Locale.ROOT, "%.1f kWh", joules / JOULES_PER_KWH)
        : String.format(Locale.ROOT, "%.1f Wh", joules / SECONDS_PER_HOUR);
  }
}
