package dev.freehold.cli;

import dev.freehold.eval.EvalException;
import dev.freehold.eval.record.RunFile;
import dev.freehold.eval.record.RunHeader;
import dev.freehold.eval.report.BackendFigures;
import dev.freehold.eval.report.RunFigures;
import dev.freehold.eval.report.Tally;
import dev.freehold.eval.score.Share;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// How good models were at the recorded traffic of routes, by the kept runs of `eval`: a run counts
/// where its tasks have a group of the route's name.
final class PlanScores {
  private static final int MOST_RUNS = 200;

  private final List<RunFigures> runs = new ArrayList<>();
  private final Map<String, String> told = new HashMap<>();

  /// @param folder of the runs
  PlanScores(Path folder, Surroundings surroundings) {
    List<Path> files = RunFile.in(folder);
    for (Path file : files.reversed().stream().limit(MOST_RUNS).toList()) {
      try {
        runs.add(RunFigures.of(RunFile.read(file)));
      } catch (EvalException unreadable) {
        surroundings
            .err()
            .println("note: " + Failure.printable(String.valueOf(unreadable.getMessage())));
      }
    }
  }

  /// The newest score of a model on a route, or the commands that would get one.
  String of(String model, String route) {
    return told.computeIfAbsent(model + "\n" + route, key -> find(model, route));
  }

  private String find(String model, String route) {
    for (RunFigures run : runs) {
      for (BackendFigures figures : run.backends()) {
        RunHeader.Backend backend = figures.backend();
        if (!backend.name().equals(model)) {
          continue;
        }
        for (Tally group : figures.groups()) {
          if (group.label().equals(route) && !group.share().isEmpty()) {
            return told(run.header(), group.share());
          }
        }
      }
    }
    return ("score: unknown; record: true in the gateway's file, then \"freehold usage export"
            + " --requests > day.jsonl\" and \"freehold eval %s --traffic day.jsonl --task %s\"")
        .formatted(model, route);
  }

  private static String told(RunHeader run, Share share) {
    return String.format(
        Locale.ROOT,
        "score: %.1f %% (%.1f to %.1f %%) of %d tasks, run %s",
        100 * share.value(),
        100 * share.low(),
        100 * share.high(),
        (int) share.all(),
        run.id());
  }
}
