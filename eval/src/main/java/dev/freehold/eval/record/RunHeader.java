package dev.freehold.eval.record;

import dev.freehold.eval.Settings;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// What a run is: which tasks, which backends, how they are asked.
///
/// @param id names the run, and its file without `.jsonl`
/// @param program name and version of what ran
/// @param tasks name of the set of tasks
/// @param digest of the tasks
/// @param items how many tasks there are
/// @param baseline the backend that the others are compared with
/// @param judge the model that judges, where one does
public record RunHeader(
    String id,
    Instant started,
    String program,
    String tasks,
    String digest,
    int items,
    List<Backend> backends,
    String baseline,
    Optional<Backend> judge,
    Settings settings) {
  /// A candidate as it was when the run began.
  public record Backend(String name, String detail) {}

  public RunHeader {
    backends = List.copyOf(backends);
  }
}
