package dev.freehold.gateway.ledger;

import java.time.Instant;
import java.util.Optional;

/// Whether a request may be made.
public sealed interface Admission {
  /// It may; what it takes at most is set aside until it is settled.
  record Admitted(OpenRequest request) implements Admission {}

  /// It may not.
  ///
  /// @param message what is spent, what would be needed and what to do
  /// @param until when it may be asked again; empty where time alone changes nothing
  record Refused(Reason reason, String message, Optional<Instant> until) implements Admission {}

  /// Why a request is refused.
  enum Reason {
    /// What is left does not suffice.
    BUDGET,
    /// What it would cost is unknown, and a budget limits money.
    PRICE,
    /// The ledger cannot be written, and a budget must be kept.
    LEDGER
  }
}
