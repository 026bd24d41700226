package dev.freehold.gateway.cut;

import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Set;

/// Backends that are cut off for a while.
///
/// @param id of the rehearsal, unlike all others
/// @param backends their names
/// @param renewed when whoever rehearses last wanted it
/// @param lease how long it holds from then on, unless it is renewed
/// @param ends when it ends, whatever happens
public record Cut(
    String id, Set<String> backends, Manner manner, Instant renewed, Duration lease, Instant ends) {
  /// The longest lease; what nobody renews is over after it.
  public static final Duration LONGEST_LEASE = Duration.ofSeconds(30);

  /// How a backend that is cut off fails.
  public enum Manner {
    /// At once, as where nobody listens.
    REFUSED,
    /// After the time for the first token, as where packets go nowhere.
    SILENT;

    public String key() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  public Cut {
    backends = Set.copyOf(backends);
    if (lease.compareTo(LONGEST_LEASE) > 0) {
      throw new IllegalArgumentException("a lease of " + lease);
    }
  }

  /// The same, wanted again.
  public Cut renewedAt(Instant now) {
    return new Cut(id, backends, manner, now, lease, ends);
  }

  /// How long it holds from now on, by the clock on the wall; nothing or less where it is over.
  Duration left(Instant now) {
    Duration ofLease = Duration.between(now, renewed.plus(lease));
    Duration ofAll = Duration.between(now, ends);
    Duration left = ofLease.compareTo(ofAll) < 0 ? ofLease : ofAll;
    return left.compareTo(lease) < 0 ? left : lease; // a clock that went back gives no more
  }
}
