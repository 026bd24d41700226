package dev.freehold.gateway.ledger;

import java.time.Instant;
import java.time.ZoneId;
import java.util.Optional;

/// What is asked of a ledger.
///
/// @param since the first instant
/// @param until the first that does not belong to it any more
/// @param caller whose requests alone; empty for everybody's
/// @param zone whose midnights divide days
public record UsageQuery(
    By by, Instant since, Instant until, Optional<String> caller, ZoneId zone) {
  /// What rows stand for.
  public enum By {
    ROUTE,
    BACKEND,
    MODEL,
    KEY,
    DAY
  }
}
