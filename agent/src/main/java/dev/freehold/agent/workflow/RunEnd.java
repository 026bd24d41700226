package dev.freehold.agent.workflow;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/// How the work on a run of a workflow ended.
///
/// @param text what is waited for, or why it failed; empty where it is done
/// @param output what it came to; null where it is not done
/// @param due when the next time comes that it waits for
/// @param awaited what it waits for, step by step
public record RunEnd(
    String run,
    Kind kind,
    String text,
    JsonNode output,
    Optional<Instant> due,
    List<Awaited> awaited) {
  /// In which way.
  public enum Kind {
    DONE,
    /// A person or a time has to come.
    WAITS,
    /// A step could not be done; the run can be resumed, which tries it again.
    FAILED
  }

  /// What a step waits for.
  ///
  /// @param run of the approval: that of an agent where a step has one
  /// @param step its key
  public record Awaited(String run, String step, String text) {}

  public RunEnd {
    awaited = List.copyOf(awaited);
  }
}
