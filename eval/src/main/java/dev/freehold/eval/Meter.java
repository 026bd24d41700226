package dev.freehold.eval;

import dev.freehold.chat.Usage;
import java.time.Duration;
import java.util.Optional;

/// Whoever knows what an answer of a backend cost, in money and in energy.
public interface Meter {
  /// Knows nothing.
  Meter NONE = (usage, wall) -> new Reading(Optional.empty(), Optional.empty());

  /// @param wall time from the question to the end of the answer
  Reading read(Usage usage, Duration wall);

  /// What is known of one answer.
  record Reading(Optional<Cost> cost, Optional<Energy> energy) {}

  /// @param currency as `EUR`
  record Cost(double amount, String currency) {}

  /// @param source how it is known: what measured it, or the formula of the estimate
  record Energy(double joules, String source) {}
}
