package dev.freehold.gateway.route;

import java.time.Duration;

/// How often and when a target is asked again.
///
/// @param attempts for one request, those of the engine in this process not counted
/// @param pause the longest first pause; doubled with each retry. The pause is any time from zero
///   up to it, so that clients that failed together do not come back together
/// @param longestPause how long a pause is at most
/// @param patience the longest `Retry-After` that is waited for; where it is longer, another target
///   is asked at once
public record Retrying(int attempts, Duration pause, Duration longestPause, Duration patience) {
  public static final Retrying DEFAULT =
      new Retrying(6, Duration.ofMillis(400), Duration.ofSeconds(2), Duration.ofSeconds(5));

  /// The longest pause before a retry.
  ///
  /// @param retry 0 for the first one
  public Duration pause(int retry) {
    Duration doubled = pause.multipliedBy(1L << Math.min(retry, 20));
    return doubled.compareTo(longestPause) > 0 ? longestPause : doubled;
  }
}
