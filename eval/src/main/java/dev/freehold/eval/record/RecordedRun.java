package dev.freehold.eval.record;

import java.util.List;

/// A run as its file has it.
///
/// @param items the last result of each task and backend, in the order of the file
/// @param pairs the last comparison of each task and two backends
public record RecordedRun(RunHeader header, List<ItemResult> items, List<PairResult> pairs) {
  public RecordedRun {
    items = List.copyOf(items);
    pairs = List.copyOf(pairs);
  }

  /// Whether every backend has a result for every task.
  public boolean isWhole() {
    return items.size() == (long) header.items() * header.backends().size();
  }
}
