package dev.freehold.cli;

import dev.freehold.eval.report.BackendFigures;
import dev.freehold.eval.report.Comparison;
import dev.freehold.eval.report.RunFigures;
import dev.freehold.eval.score.PairedShares;
import dev.freehold.eval.score.Requirement;
import dev.freehold.eval.score.Requirement.Finding;
import dev.freehold.eval.score.Requirement.Verdict;
import dev.freehold.eval.score.Share;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine.Option;

/// What models must reach in an evaluation, and whether they did.
final class EvalRequirements {
  @Option(
      names = "--at-least",
      paramLabel = "SHARE",
      description =
          "What is good enough, as 0.9: passed where the whole interval of the share is there,"
              + " failed where it is below, else not decided.")
  private Optional<Double> atLeast = Optional.empty();

  @Option(
      names = "--not-worse-than",
      paramLabel = "MODEL",
      description =
          "One of the models, which the others are compared with instead of the first: passed"
              + " where the whole interval of the difference is above the margin.")
  private Optional<String> notWorseThan = Optional.empty();

  @Option(
      names = "--margin",
      paramLabel = "SHARE",
      description = "By how much a share may be lower than that model's; 0.05 by default.")
  private Optional<Double> margin = Optional.empty();

  /// Whether one backend meets one requirement.
  ///
  /// @param hasItems whether there was anything to decide it by
  /// @param sentence what was found, for people
  record Met(
      String backend, String requirement, Finding finding, boolean hasItems, String sentence) {}

  /// @throws CliException where the options make no sense for these models
  void check(List<String> models) {
    requireShare("--at-least", atLeast);
    requireShare("--margin", margin);
    if (margin.isPresent() && notWorseThan.isEmpty()) {
      throw new CliException(
          Exit.USAGE,
          "--margin stands without --not-worse-than",
          "Name the model to compare with.");
    }
    if (notWorseThan.isPresent() && (!models.contains(notWorseThan.get()) || models.size() < 2)) {
      throw new CliException(
          Exit.USAGE,
          "--not-worse-than %s: expected one of several models, found %s"
              .formatted(notWorseThan.get(), String.join(", ", models)),
          "Name it among the models, beside another one.");
    }
  }

  private static void requireShare(String option, Optional<Double> share) {
    if (share.isPresent() && !(share.get() > 0 && share.get() < 1)) {
      throw new CliException(
          Exit.USAGE,
          "%s %s: expected a number between 0 and 1".formatted(option, share.get()),
          "90 percent is 0.9.");
    }
  }

  /// The model that others are compared with.
  String baseline(List<String> models) {
    return notWorseThan.orElse(models.getFirst());
  }

  /// What was required and found; of --at-least for every model but the one to compare with.
  List<Met> findings(RunFigures figures) {
    List<Met> findings = new ArrayList<>();
    for (BackendFigures backend : figures.backends()) {
      String name = backend.backend().name();
      if (atLeast.isPresent() && !notWorseThan.equals(Optional.of(name))) {
        findings.add(atLeast(name, backend.all().share()));
      }
    }
    for (Comparison comparison : figures.comparisons()) {
      if (notWorseThan.isPresent()) {
        findings.add(notWorse(comparison));
      }
    }
    return findings;
  }

  private Met atLeast(String name, Share share) {
    double wanted = atLeast.orElseThrow();
    return new Met(
        name,
        "at least %.1f %%".formatted(100 * wanted),
        new Requirement.AtLeast(wanted).judge(share),
        !share.isEmpty(),
        String.format(
            Locale.ROOT,
            "%.1f %% (%.1f to %.1f %%)",
            100 * share.value(),
            100 * share.low(),
            100 * share.high()));
  }

  private Met notWorse(Comparison comparison) {
    double allowed = margin.orElse(0.05);
    PairedShares shares = comparison.shares();
    return new Met(
        comparison.first(),
        "not worse than %s by %.1f points".formatted(comparison.second(), 100 * allowed),
        new Requirement.NotWorse(allowed).judge(shares),
        shares.items() > 0,
        String.format(
            Locale.ROOT,
            "%+.1f points (%+.1f to %+.1f)",
            100 * shares.difference(),
            100 * shares.low(),
            100 * shares.high()));
  }

  void print(PrintStream out, RunFigures figures) {
    for (Met met : findings(figures)) {
      out.printf(
          Locale.ROOT,
          "%s: %s, %s: %s%s%n",
          word(met.finding().verdict()),
          Failure.printable(met.backend()),
          Failure.printable(met.requirement()),
          met.sentence(),
          more(met));
    }
    out.flush();
  }

  private static String more(Met met) {
    Finding finding = met.finding();
    if (finding.verdict() != Verdict.NOT_DECIDED) {
      return "";
    }
    if (!met.hasItems()) {
      return "; no task is judged without a comparison";
    }
    return finding.moreItems().isPresent()
        ? "; about %,d more task%s would decide it if they come out alike"
            .formatted(
                finding.moreItems().getAsLong(), finding.moreItems().getAsLong() == 1 ? "" : "s")
        : "; it is so near that no number of tasks worth asking would decide it";
  }

  static String word(Verdict verdict) {
    return switch (verdict) {
      case PASSED -> "passed";
      case FAILED -> "failed";
      case NOT_DECIDED -> "not decided";
    };
  }

  /// Failed where one thing failed, else not decided where one is not.
  Exit exit(RunFigures figures) {
    List<Verdict> verdicts =
        findings(figures).stream().map(met -> met.finding().verdict()).toList();
    if (verdicts.contains(Verdict.FAILED)) {
      return Exit.NOT_GOOD_ENOUGH;
    }
    return verdicts.contains(Verdict.NOT_DECIDED) ? Exit.NOT_DECIDED : Exit.OK;
  }
}
