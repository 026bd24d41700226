package dev.freehold.eval.report;

import dev.freehold.eval.record.ItemResult;
import dev.freehold.eval.record.PairResult;
import dev.freehold.eval.record.RecordedRun;
import dev.freehold.eval.record.RunHeader;
import java.util.ArrayList;
import java.util.List;

/// What a run says: scores, differences from the baseline, preferences.
public record RunFigures(
    RunHeader header,
    List<BackendFigures> backends,
    List<Comparison> comparisons,
    List<Preferences> preferences) {
  public static RunFigures of(RecordedRun run) {
    List<BackendFigures> backends = new ArrayList<>();
    List<Comparison> comparisons = new ArrayList<>();
    List<Preferences> preferences = new ArrayList<>();
    String baseline = run.header().baseline();
    for (RunHeader.Backend backend : run.header().backends()) {
      List<ItemResult> items = items(run, backend.name());
      backends.add(BackendFigures.of(backend, items));
      if (!backend.name().equals(baseline)) {
        comparisons.add(Comparison.of(backend.name(), items, baseline, items(run, baseline)));
        List<PairResult> pairs =
            run.pairs().stream().filter(pair -> pair.first().equals(backend.name())).toList();
        if (!pairs.isEmpty()) {
          preferences.add(Preferences.of(backend.name(), baseline, pairs));
        }
      }
    }
    return new RunFigures(run.header(), backends, comparisons, preferences);
  }

  static List<ItemResult> items(RecordedRun run, String backend) {
    return run.items().stream().filter(item -> item.backend().equals(backend)).toList();
  }

  /// Compares a backend of one run with the same one, or another, of another run.
  public static Comparison compare(
      RecordedRun first, String ofFirst, RecordedRun second, String ofSecond) {
    return Comparison.of(
        first.header().id() + " " + ofFirst,
        items(first, ofFirst),
        second.header().id() + " " + ofSecond,
        items(second, ofSecond));
  }
}
