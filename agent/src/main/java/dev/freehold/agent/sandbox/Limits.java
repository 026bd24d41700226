package dev.freehold.agent.sandbox;

import java.time.Duration;

/// What a command may use before it is stopped.
///
/// @param time on the clock
/// @param outputBytes of both outputs together that are kept; what is more is counted
/// @param memoryBytes of all its processes, counted several times a second, and of each of them
/// @param processes at one time
/// @param fileBytes of the largest file that it writes
/// @param diskBytes by which the free space of the workspace's disk may shrink, whoever writes
public record Limits(
    Duration time,
    int outputBytes,
    long memoryBytes,
    int processes,
    long fileBytes,
    long diskBytes) {
  /// For commands of which nothing is known.
  public static final Limits DEFAULT =
      new Limits(Duration.ofMinutes(2), 64 << 10, 4L << 30, 256, 1L << 30, 8L << 30);

  private static final int LEAST_FILE_BYTES = 512;

  public Limits {
    if (time.isNegative()
        || time.isZero()
        || outputBytes < 0
        || memoryBytes < 1 << 20
        || processes < 1
        || fileBytes < LEAST_FILE_BYTES
        || diskBytes < 0) {
      throw new IllegalArgumentException("limits that let nothing run: " + time);
    }
  }

  public Limits withTime(Duration newTime) {
    return new Limits(newTime, outputBytes, memoryBytes, processes, fileBytes, diskBytes);
  }

  public Limits withOutputBytes(int newOutputBytes) {
    return new Limits(time, newOutputBytes, memoryBytes, processes, fileBytes, diskBytes);
  }

  public Limits withMemoryBytes(long newMemoryBytes) {
    return new Limits(time, outputBytes, newMemoryBytes, processes, fileBytes, diskBytes);
  }

  public Limits withProcesses(int newProcesses) {
    return new Limits(time, outputBytes, memoryBytes, newProcesses, fileBytes, diskBytes);
  }

  public Limits withFileBytes(long newFileBytes) {
    return new Limits(time, outputBytes, memoryBytes, processes, newFileBytes, diskBytes);
  }

  public Limits withDiskBytes(long newDiskBytes) {
    return new Limits(time, outputBytes, memoryBytes, processes, fileBytes, newDiskBytes);
  }
}
