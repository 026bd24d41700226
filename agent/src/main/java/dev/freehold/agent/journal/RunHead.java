package dev.freehold.agent.journal;

import java.time.Instant;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/// A run without its steps.
///
/// @param id short, unique in its journal and likely everywhere
/// @param kind who knows how to go on with it, as `agent` or `workflow`
/// @param title what it is for, in one line
/// @param settings all that it was started with and that does not change
/// @param note what it waits for, or why it ended; may be empty
/// @param due when the time comes that it waits for
/// @param origin the run that it was forked from
public record RunHead(
    String id,
    String kind,
    String title,
    JsonNode settings,
    RunState state,
    String note,
    Instant created,
    Instant changed,
    Optional<Instant> due,
    Optional<String> origin) {
  /// The same run with other settings, for a file.
  public RunHead withSettings(JsonNode other) {
    return new RunHead(id, kind, title, other, state, note, created, changed, due, origin);
  }
}
