package dev.freehold.gateway.ledger;

import java.time.Duration;

/// One time that a backend was asked.
///
/// @param outcome [Settlement#OK], or the class of its failure
/// @param tokens that the backend bills for it
public record Attempt(Target target, String outcome, Duration duration, TokenCounts tokens) {
  /// An attempt that nothing is billed for.
  public static Attempt failed(Target target, String outcome, Duration duration) {
    return new Attempt(target, outcome, duration, TokenCounts.NONE);
  }

  boolean isOk() {
    return outcome.equals(Settlement.OK);
  }
}
