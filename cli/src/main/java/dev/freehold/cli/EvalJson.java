package dev.freehold.cli;

import dev.freehold.eval.report.BackendFigures;
import dev.freehold.eval.report.Comparison;
import dev.freehold.eval.report.Preferences;
import dev.freehold.eval.report.RunFigures;
import dev.freehold.eval.report.Tally;
import dev.freehold.eval.score.PairedShares;
import dev.freehold.eval.score.Quantiles;
import dev.freehold.eval.score.Share;
import java.io.PrintStream;
import java.util.List;

/// Prints what a run says as one JSON object.
final class EvalJson {
  private final PrintStream out;

  EvalJson(PrintStream out) {
    this.out = out;
  }

  void print(RunFigures figures, List<EvalRequirements.Met> findings) {
    try (JsonPrinter printer = new JsonPrinter(out)) {
      printer.object(() -> {
        printer.field("run", figures.header().id());
        printer.field("tasks", figures.header().tasks());
        printer.field("sha256", figures.header().digest());
        printer.field("items", figures.header().items());
        printer.field("baseline", figures.header().baseline());
        printer.array("models", figures.backends(), backend -> print(printer, backend));
        printer.array("differences", figures.comparisons(), one -> print(printer, one));
        printer.array("preferences", figures.preferences(), one -> print(printer, one));
        printer.array("verdicts", findings, met -> print(printer, met));
      });
    }
  }

  private static void print(JsonPrinter printer, BackendFigures backend) {
    printer.object(() -> {
      printer.field("model", backend.backend().name());
      printer.object("all", () -> print(printer, backend.all()));
      printer.object("groups", () -> tallies(printer, backend.groups()));
      printer.object("languages", () -> tallies(printer, backend.languages()));
      print(printer, "latency_ms", backend.times().wall());
      print(printer, "first_token_ms", backend.times().first());
      printer.field("prompt_tokens", backend.spent().promptTokens());
      printer.field("answer_tokens", backend.spent().answerTokens());
      printer.object(
          "cost",
          () ->
              backend
                  .spent()
                  .costs()
                  .forEach((currency, total) -> printer.field(currency, total.sum())));
      printer.object(
          "joules",
          () ->
              backend
                  .spent()
                  .energies()
                  .forEach((source, total) -> printer.field(source, total.sum())));
    });
  }

  private static void tallies(JsonPrinter printer, List<Tally> tallies) {
    for (Tally tally : tallies) {
      printer.object(tally.label(), () -> print(printer, tally));
    }
  }

  private static void print(JsonPrinter printer, Tally tally) {
    Share share = tally.share();
    printer.field("right", tally.right());
    printer.field("items", (long) share.all());
    printer.field("score", share.value());
    printer.field("low", share.low());
    printer.field("high", share.high());
    printer.field("wrong", tally.wrong());
    printer.field("errors", tally.errors());
    printer.field("unjudged", tally.unjudged());
    printer.field("answered", tally.answered());
  }

  private static void print(JsonPrinter printer, String name, Quantiles times) {
    if (!times.isEmpty()) {
      printer.object(
          name,
          () -> {
            printer.field("p50", times.at(0.5));
            printer.field("p95", times.at(0.95));
          });
    }
  }

  static void print(JsonPrinter printer, Comparison comparison) {
    PairedShares shares = comparison.shares();
    printer.object(() -> {
      printer.field("model", comparison.first());
      printer.field("less", comparison.second());
      printer.field("difference", shares.difference());
      printer.field("low", shares.low());
      printer.field("high", shares.high());
      printer.field("p", shares.pValue());
      printer.field("both", (long) shares.both());
      printer.field("only_first", (long) shares.onlyFirst());
      printer.field("only_second", (long) shares.onlySecond());
      printer.field("neither", (long) shares.neither());
      printer.field("left_out", comparison.leftOut());
    });
  }

  private static void print(JsonPrinter printer, Preferences preferences) {
    printer.object(() -> {
      printer.field("model", preferences.first());
      printer.field("against", preferences.second());
      printer.field("wins", preferences.wins());
      printer.field("losses", preferences.losses());
      printer.field("ties", preferences.ties());
      printer.field("inconsistent", preferences.inconsistent());
      printer.field("without_verdict", preferences.none());
      printer.field("p", preferences.pValue());
      printer.field("picked_first_shown", preferences.shownFirst().value());
    });
  }

  private static void print(JsonPrinter printer, EvalRequirements.Met met) {
    printer.object(() -> {
      printer.field("model", met.backend());
      printer.field("requirement", met.requirement());
      printer.field("verdict", EvalRequirements.word(met.finding().verdict()));
      met.finding().moreItems().ifPresent(more -> printer.field("more_items", more));
    });
  }
}
