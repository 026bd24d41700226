package dev.freehold.agent.record;

import dev.freehold.agent.journal.RunHead;
import dev.freehold.agent.journal.Step;
import java.util.List;

/// A run as a file holds it.
///
/// @param steps the finished ones, from the first on without a gap
/// @param digest SHA-256 over all of the file's lines, one after the other
public record RecordedRun(RunHead head, List<Step> steps, String digest) {
  public RecordedRun {
    steps = List.copyOf(steps);
  }
}
