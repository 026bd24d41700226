package dev.freehold.eval.record;

import dev.freehold.eval.judge.Preference;

/// What a judge said of the answers of two backends to a task.
///
/// @param inOrder its preference when the first backend's answer was shown first
/// @param swapped its preference when the second backend's answer was shown first
/// @param preference what both together say
public record PairResult(
    ItemResult.TaskName task,
    String first,
    String second,
    Preference inOrder,
    Preference swapped,
    Preference preference,
    String reason) {
  /// A task and two backends.
  public record Key(String task, String first, String second) {}

  public Key key() {
    return new Key(task.id(), first, second);
  }
}
