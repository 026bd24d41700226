package dev.freehold.agent.sandbox;

import java.util.List;

/// How a command ended.
///
/// @param exit its exit code; 128 and the signal's number where a signal ended it
/// @param output both outputs as they came; where they were longer than allowed, the beginning and
///   the end with a line between that says so
/// @param omittedBytes of output that were left out between
/// @param asked the allowed hosts, as `host:port`, that it asked for; some where they are many
public record Outcome(
    Ending ending, int exit, String output, long omittedBytes, List<String> asked) {
  public Outcome {
    asked = List.copyOf(asked);
  }

  /// Of a command that asked for no host.
  public Outcome(Ending ending, int exit, String output, long omittedBytes) {
    this(ending, exit, output, omittedBytes, List.of());
  }

  Outcome withAsked(List<String> newAsked) {
    return new Outcome(ending, exit, output, omittedBytes, newAsked);
  }

  /// Why a command ended.
  public enum Ending {
    /// By itself.
    EXITED,
    /// Its time was over.
    TIMED_OUT,
    /// Whoever asked did not want it any more.
    CANCELLED,
    /// Its processes together took more memory than allowed.
    MEMORY,
    /// It had more processes than allowed.
    PROCESSES,
    /// It filled the disk of the workspace further than allowed.
    DISK
  }
}
