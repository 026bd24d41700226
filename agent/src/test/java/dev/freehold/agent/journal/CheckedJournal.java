package dev.freehold.agent.journal;

import java.nio.file.Path;
import java.time.InstantSource;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/// Opens journals that tell tests of other packages where they are.
public final class CheckedJournal {
  private CheckedJournal() {}

  /// @param checkpoints is told before and after everything that is written; what it throws ends
  ///   the work there, as a kill would
  public static Journal open(
      Path file, InstantSource clock, RandomGenerator random, Consumer<String> checkpoints) {
    return Journal.open(file, clock, random, checkpoints::accept);
  }
}
