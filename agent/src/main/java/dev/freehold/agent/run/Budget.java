package dev.freehold.agent.run;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/// What a run may use before it stops and says so.
///
/// @param tokens of prompts and answers together; reused ones count
/// @param money where prices are known
/// @param time of its steps together, from start to finish of each
/// @param steps model and tool calls
public record Budget(
    OptionalLong tokens, Optional<Cost> money, Optional<Duration> time, int steps) {
  /// A hundred steps, and nothing said of the rest.
  public static final Budget DEFAULT =
      new Budget(OptionalLong.empty(), Optional.empty(), Optional.empty(), 100);

  /// Nothing is said.
  public static final Budget UNLIMITED =
      new Budget(OptionalLong.empty(), Optional.empty(), Optional.empty(), Integer.MAX_VALUE);
}
