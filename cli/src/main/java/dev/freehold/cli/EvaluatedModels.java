package dev.freehold.cli;

import dev.freehold.eval.EvalException;
import dev.freehold.eval.record.RecordedRun;
import dev.freehold.eval.record.RunFile;
import dev.freehold.eval.report.BackendFigures;
import dev.freehold.eval.report.RunFigures;
import dev.freehold.eval.score.Share;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// What models scored when they were evaluated last, and what a thousand tasks cost, for the page
/// of usage.
final class EvaluatedModels {
  private static final int MOST_RUNS = 20;

  /// Larger files are left out: a page does not wait for them.
  private static final long MOST_BYTES = 32L << 20;

  private static final double TASKS = 1000;
  private static final double MICROS = 1e6;

  private final Path folder;

  private record Known(String model, String tasks) {}

  /// @param folder of the runs, which need not be there
  EvaluatedModels(Path folder) {
    this.folder = folder;
  }

  /// The last whole run of each model on each set of tasks, the newest first.
  ArrayNode tell() {
    ArrayNode told = JsonNodeFactory.instance.arrayNode();
    Set<Known> known = new HashSet<>();
    List<Path> newest = RunFile.in(folder).reversed().stream().limit(MOST_RUNS).toList();
    for (Path file : newest) {
      try {
        if (Files.size(file) <= MOST_BYTES) {
          add(RunFile.read(file), known, told);
        }
      } catch (EvalException | IOException unreadable) {
        // "eval list" tells of it
      }
    }
    return told;
  }

  private static void add(RecordedRun run, Set<Known> known, ArrayNode told) {
    if (!run.isWhole()) {
      return;
    }
    for (BackendFigures figures : RunFigures.of(run).backends()) {
      String name = figures.backend().name();
      Share share = figures.all().share();
      boolean hasAnswered = figures.spent().answers() > 0; // else it was not there, and not wrong
      if (hasAnswered && !share.isEmpty() && known.add(new Known(name, run.header().digest()))) {
        ObjectNode one = told.addObject();
        one.put("name", name)
            .put("tasks", run.header().tasks())
            .put("digest", run.header().digest())
            .put("items", Math.round(share.all()))
            .put("score", share.value())
            .put("low", share.low())
            .put("high", share.high());
        addCost(figures.spent().costs(), one);
      }
    }
  }

  /// Where it is known, in one currency.
  private static void addCost(Map<String, BackendFigures.Total> costs, ObjectNode to) {
    if (costs.size() == 1) {
      costs.forEach((currency, total) ->
          to.put("cost_micros", (long) Math.ceil(total.each() * TASKS * MICROS))
              .put("currency", currency));
    }
  }
}
