package dev.freehold.agent.sandbox;

/// How a command ended.
///
/// @param exit its exit code; 128 and the signal's number where a signal ended it
/// @param output both outputs as they came, no more than was allowed
/// @param omittedBytes of output that came after
public record Outcome(Ending ending, int exit, String output, long omittedBytes) {
  /// Why a command ended.
  public enum Ending {
    /// By itself.
    EXITED,
    /// Its time was over.
    TIMED_OUT,
    /// Whoever asked did not want it any more.
    CANCELLED
  }
}
