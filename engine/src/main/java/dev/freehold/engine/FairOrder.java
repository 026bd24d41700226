package dev.freehold.engine;

import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Who comes first: more urgent classes before others, and within a class whoever had least of the
/// machine.
///
/// Each caller has a clock that runs with the tokens computed for it; one that comes back after a
/// time begins where the slowest clock of those present stands, so that idleness is no credit. A
/// request rises one class for each interval that it waits, so that none waits for ever.
///
/// Source: A. Demers et al., "Analysis and simulation of a fair queueing algorithm" (1989).
final class FairOrder {
  private static final long RISE_NANOS = 30_000_000_000L;

  private final Map<String, Long> clocks = new HashMap<>();
  private long now = System.nanoTime();

  /// The order of requests at this moment.
  Comparator<Job> order() {
    now = System.nanoTime();
    return Comparator.comparingLong(this::rank)
        .thenComparingLong(job -> clocks.getOrDefault(job.caller().name(), 0L))
        .thenComparingLong(Job::submitted);
  }

  private long rank(Job job) {
    long risen = (now - job.submitted()) / RISE_NANOS;
    return Math.max(0, job.caller().priority().ordinal() - risen);
  }

  /// Counts tokens that were computed for a request.
  void charge(Job job, int tokens) {
    clocks.merge(job.caller().name(), (long) tokens, Long::sum);
  }

  /// A request arrives; `present` are all that are waiting or being answered.
  void arrive(Job job, List<Job> present) {
    long least =
        present.stream()
            .mapToLong(other -> clocks.getOrDefault(other.caller().name(), 0L))
            .min()
            .orElse(0);
    if (present.isEmpty()) {
      clocks.clear();
    }
    clocks.merge(job.caller().name(), least, Math::max);
  }
}
