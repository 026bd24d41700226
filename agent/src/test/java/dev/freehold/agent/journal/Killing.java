package dev.freehold.agent.journal;

import java.nio.file.Path;
import java.time.InstantSource;
import java.util.random.RandomGenerator;

/// Opens journals whose process ends at a place that a test chooses: what was begun there is not
/// done, and nothing after it.
public final class Killing {
  private Killing() {}

  /// The end of a process, which nothing catches.
  public static final class Killed extends Error {
    private static final long serialVersionUID = 1L;

    public Killed(String place) {
      super(place, null, false, false);
    }
  }

  /// Is asked at each place whether the process ends there.
  public interface Fate {
    boolean ends(String place);
  }

  /// @param fate of the process that opens the journal
  public static Journal open(Path file, InstantSource clock, RandomGenerator random, Fate fate) {
    return Journal.open(
        file,
        clock,
        random,
        place -> {
          if (fate.ends(place)) {
            throw new Killed(place);
          }
        });
  }
}
