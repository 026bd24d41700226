package dev.freehold.eval.record;

import java.util.List;
import java.util.Map;

/// A run as its file has it.
///
/// @param tasks what was asked, by the ids of tasks
/// @param items the last result of each task and backend, in the order of the file
/// @param pairs the last comparison of each task and two backends
public record RecordedRun(
    RunHeader header, Map<String, TaskText> tasks, List<ItemResult> items, List<PairResult> pairs) {
  public RecordedRun {
    tasks = Map.copyOf(tasks);
    items = List.copyOf(items);
    pairs = List.copyOf(pairs);
  }

  /// Whether every backend has a result for every task.
  public boolean isWhole() {
    return items.size() == (long) header.items() * header.backends().size();
  }
}
