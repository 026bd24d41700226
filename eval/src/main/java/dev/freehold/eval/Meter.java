package dev.freehold.eval;

import dev.freehold.chat.Usage;
import java.util.Optional;

/// Whoever knows what answers of a backend cost, in money and in energy.
public interface Meter {
  /// Knows nothing.
  Meter NONE = () -> usage -> Reading.NONE;

  /// An answer begins.
  Running begin();

  /// The meter of one answer, which runs until the answer ends.
  interface Running {
    /// Ends it; to be called once, whatever became of the answer.
    ///
    /// @param usage empty where the answer was not whole
    Reading end(Optional<Usage> usage);
  }

  /// What is known of one answer.
  record Reading(Optional<Cost> cost, Optional<Energy> energy) {
    static final Reading NONE = new Reading(Optional.empty(), Optional.empty());
  }

  /// @param currency as `EUR`
  record Cost(double amount, String currency) {}

  /// @param source how it is known: what measured it, or that it is an estimate
  record Energy(double joules, String source) {}
}
