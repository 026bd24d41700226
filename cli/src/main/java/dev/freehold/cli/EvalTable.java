package dev.freehold.cli;

import dev.freehold.eval.Outcome;
import dev.freehold.eval.record.ItemResult;
import dev.freehold.eval.record.RecordedRun;
import dev.freehold.eval.record.TaskText;
import dev.freehold.eval.report.BackendFigures;
import dev.freehold.eval.report.Comparison;
import dev.freehold.eval.report.Preferences;
import dev.freehold.eval.report.RunFigures;
import dev.freehold.eval.report.Tally;
import dev.freehold.eval.score.PairedShares;
import dev.freehold.eval.score.Quantiles;
import dev.freehold.eval.score.Share;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// Prints what a run says, for people.
final class EvalTable {
  private static final int MOST_REPLY = 2_000;

  private static final int MOST_REASONS = 3;

  private final PrintStream out;

  EvalTable(PrintStream out) {
    this.out = out;
  }

  /// Scores of each backend, differences and preferences.
  void print(RunFigures figures) {
    for (BackendFigures backend : figures.backends()) {
      if (figures.backends().size() > 1) {
        out.println(Failure.printable(backend.backend().name()));
      }
      backend
          .groups()
          .forEach(group -> print(group, group.label().isEmpty() ? "no group" : group.label()));
      if (backend.groups().size() != 1) {
        print(backend.all(), "all");
      }
      printErrors(backend.errors());
      printLanguages(backend);
      printSpent(backend);
      out.println();
    }
    figures.comparisons().forEach(this::print);
    figures.preferences().forEach(this::print);
    out.flush();
  }

  private void print(Tally tally, String label) {
    Share share = tally.share();
    if (share.isEmpty()) {
      out.printf(Locale.ROOT, "%-14s %5d answered%n", Failure.printable(label), tally.answered());
      return;
    }
    out.printf(
        Locale.ROOT,
        "%-14s %5d of %d  %5.1f %%  (%.1f to %.1f %%)%s%n",
        Failure.printable(label),
        tally.right(),
        (int) share.all(),
        100 * share.value(),
        100 * share.low(),
        100 * share.high(),
        apart(tally));
  }

  /// What is neither right nor wrong.
  private static String apart(Tally tally) {
    List<String> parts = new ArrayList<>();
    if (tally.errors() > 0) {
      parts.add(tally.errors() + (tally.errors() == 1 ? " error" : " errors"));
    }
    if (tally.unjudged() > 0) {
      parts.add(tally.unjudged() + " without a verdict");
    }
    if (tally.answered() > 0) {
      parts.add(tally.answered() + " more to compare");
    }
    return parts.isEmpty() ? "" : "  " + String.join(", ", parts);
  }

  private void printErrors(List<BackendFigures.Errors> errors) {
    errors.stream()
        .limit(MOST_REASONS)
        .forEach(error ->
            out.printf(
                Locale.ROOT,
                "%-14s %d: %s%n",
                "errors",
                error.tasks(),
                Failure.printable(error.reason())));
    if (errors.size() > MOST_REASONS) {
      out.println("               and others; \"freehold eval show last --wrong 10\" has them");
    }
  }

  private void printLanguages(BackendFigures backend) {
    if (backend.languages().size() > 1) {
      List<String> parts = new ArrayList<>();
      for (Tally language : backend.languages()) {
        parts.add(
            "%s %d/%d"
                .formatted(
                    language.label().isEmpty() ? "none" : Failure.printable(language.label()),
                    language.right(),
                    (int) language.share().all()));
      }
      out.println("by language    " + String.join(", ", parts));
    }
  }

  private void printSpent(BackendFigures backend) {
    Quantiles wall = backend.times().wall();
    if (!wall.isEmpty()) {
      out.printf(
          Locale.ROOT, "%-14s p50 %s, p95 %s", "latency", time(wall.at(0.5)), time(wall.at(0.95)));
      Quantiles first = backend.times().first();
      if (!first.isEmpty()) {
        out.printf(
            Locale.ROOT, "; first token p50 %s, p95 %s", time(first.at(0.5)), time(first.at(0.95)));
      }
      out.println();
    }
    BackendFigures.Spent spent = backend.spent();
    if (spent.promptTokens() + spent.answerTokens() > 0) {
      out.printf(
          Locale.ROOT,
          "%-14s %,d of prompts, %,d of answers%n",
          "tokens",
          spent.promptTokens(),
          spent.answerTokens());
    }
    spent
        .costs()
        .forEach((currency, total) ->
            out.printf(
                Locale.ROOT,
                "%-14s %s %s, %s a task%n",
                "cost",
                BackendFigures.money(total.sum()),
                Failure.printable(currency),
                BackendFigures.money(total.each())));
    spent
        .energies()
        .forEach((source, total) ->
            out.printf(
                Locale.ROOT,
                "%-14s %.1f J, %.2f J a task (%s)%n",
                "energy",
                total.sum(),
                total.each(),
                Failure.printable(source)));
  }

  private static String time(double millis) {
    return millis < 1000
        ? String.format(Locale.ROOT, "%.0f ms", millis)
        : String.format(Locale.ROOT, "%.1f s", millis / 1000);
  }

  /// A difference with its interval and test.
  void print(Comparison comparison) {
    PairedShares shares = comparison.shares();
    if (shares.items() == 0) {
      return;
    }
    out.printf(
        Locale.ROOT,
        "%s less %s: %+.1f points (%+.1f to %+.1f), p = %s%n",
        Failure.printable(comparison.first()),
        Failure.printable(comparison.second()),
        100 * shares.difference(),
        100 * shares.low(),
        100 * shares.high(),
        PairedShares.shown(shares.pValue()));
    out.printf(
        Locale.ROOT,
        "  of %d tasks both right %d, only the first %d, only the second %d, neither %d%s%n",
        (int) shares.items(),
        (int) shares.both(),
        (int) shares.onlyFirst(),
        (int) shares.onlySecond(),
        (int) shares.neither(),
        comparison.leftOut() > 0 ? "; %d left out".formatted(comparison.leftOut()) : "");
  }

  private void print(Preferences preferences) {
    Share share = preferences.share();
    out.printf(
        Locale.ROOT,
        "the judge prefers %s %d times and %s %d times (%.1f %%, %.1f to %.1f %%; p = %s)%n",
        Failure.printable(preferences.first()),
        preferences.wins(),
        Failure.printable(preferences.second()),
        preferences.losses(),
        100 * share.value(),
        100 * share.low(),
        100 * share.high(),
        PairedShares.shown(preferences.pValue()));
    Share shownFirst = preferences.shownFirst();
    out.printf(
        Locale.ROOT,
        "  %d ties, %d changed with the order, %d without a verdict; it picked what it saw first in"
            + " %.0f %% (%.0f to %.0f %%)%n",
        preferences.ties(),
        preferences.inconsistent(),
        preferences.none(),
        100 * shownFirst.value(),
        100 * shownFirst.low(),
        100 * shownFirst.high());
  }

  /// Up to `most` replies of each backend that are not right.
  void printWrong(RecordedRun run, int most) {
    for (var backend : run.header().backends()) {
      List<ItemResult> wrong =
          run.items().stream()
              .filter(item -> item.backend().equals(backend.name()))
              .filter(item -> item.outcome() != Outcome.RIGHT)
              .filter(item -> item.outcome() != Outcome.ANSWERED)
              .toList();
      List<String> groups = wrong.stream().map(item -> item.task().group()).distinct().toList();
      for (String group : groups) {
        wrong.stream()
            .filter(item -> item.task().group().equals(group))
            .limit(most)
            .forEach(item -> print(item, Optional.ofNullable(run.tasks().get(item.task().id()))));
      }
    }
    out.flush();
  }

  private void print(ItemResult item, Optional<TaskText> asked) {
    out.printf(
        "%n%s, %s: %s%s%n",
        Failure.printable(item.task().id()),
        Failure.printable(item.backend()),
        item.outcome().key(),
        item.reason().isEmpty() ? "" : ": " + Failure.printable(item.reason()));
    asked.ifPresent(task -> {
      out.println(TerminalStreams.safe(task.question()));
      if (!task.reference().isEmpty()) {
        out.println("-- expected: " + TerminalStreams.safe(task.reference()));
      }
    });
    item.reply()
        .ifPresent(reply -> {
          String text = reply.text();
          out.println(
              "-- reply: "
                  + TerminalStreams.safe(
                      text.length() > MOST_REPLY ? text.substring(0, MOST_REPLY) + "..." : text));
          reply
              .calls()
              .forEach(call ->
                  out.println(
                      "-- call: " + Failure.printable(call.name() + " " + call.arguments())));
        });
  }
}
