package dev.freehold.train.replay;

import dev.freehold.train.TrainException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;

/// Steps of a run between two states that it committed to.
///
/// @param from step whose state is known, from a checkpoint or as the first values
/// @param to last step
public record Stretch(long from, long to) {
  /// How many steps are computed.
  public long steps() {
    return to - from;
  }

  /// The stretches of a run from checkpoint to checkpoint, and what comes after the last one.
  public static List<Stretch> of(RunFolder run) {
    List<Stretch> stretches = new ArrayList<>();
    long from = 0;
    for (long step : run.checkpointSteps()) {
      stretches.add(new Stretch(from, step));
      from = step;
    }
    if (from < run.transcript().steps()) {
      stretches.add(new Stretch(from, run.transcript().steps()));
    }
    return stretches;
  }

  /// `count` of the stretches, each as likely as every other, in ascending order; all where there
  /// are no more.
  ///
  /// @param seed decides the choice; who made the run must not have known it
  public static List<Stretch> sample(List<Stretch> all, int count, long seed) {
    if (count < 1) {
      throw new TrainException("a sample: expected 1 stretch or more, found " + count);
    }
    List<Stretch> shuffled = new ArrayList<>(all);
    Collections.shuffle(shuffled, new Random(seed));
    return shuffled.stream().limit(count).sorted(Comparator.comparingLong(Stretch::from)).toList();
  }
}
