package dev.freehold.agent.sandbox;

import java.time.Duration;

/// What a command may use before it is stopped.
///
/// @param time on the clock
/// @param outputBytes of both outputs together that are kept; what comes after is counted
/// @param memoryBytes of all its processes, or of each where only that can be limited
/// @param processes at one time
/// @param fileBytes of the largest file that it writes
public record Limits(
    Duration time, int outputBytes, long memoryBytes, int processes, long fileBytes) {
  /// For commands of which nothing is known.
  public static final Limits DEFAULT =
      new Limits(Duration.ofMinutes(2), 64 << 10, 4L << 30, 256, 1L << 30);

  public Limits withTime(Duration newTime) {
    return new Limits(newTime, outputBytes, memoryBytes, processes, fileBytes);
  }

  public Limits withOutputBytes(int newOutputBytes) {
    return new Limits(time, newOutputBytes, memoryBytes, processes, fileBytes);
  }
}
