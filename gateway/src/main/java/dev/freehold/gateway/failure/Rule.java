package dev.freehold.gateway.failure;

import java.time.Duration;

/// What is done about failures of one class.
///
/// @param retries how often the same target is asked again for the same request
/// @param next whether another target is asked, and which
/// @param scope what is benched
/// @param opensAfter after how many failures in a row it is benched; 0 for never
/// @param bench for how long at first; doubled with each probe that fails
/// @param most for how long at most
public record Rule(
    int retries, Next next, Scope scope, int opensAfter, Duration bench, Duration most) {
  /// Which targets are asked after one failed.
  public enum Next {
    /// None: the same would happen anywhere.
    NONE,
    /// The next one of the route.
    ANY,
    /// The next one whose context is larger.
    LARGER_CONTEXT,
    /// The next one where the route allows it.
    WHERE_ALLOWED
  }

  /// What a failure says something about.
  public enum Scope {
    /// This request alone.
    REQUEST,
    /// The backend's model.
    TARGET,
    /// The key; the backend's others may be fine.
    KEY,
    /// All that is reached by way of the backend's address.
    BACKEND
  }
}
