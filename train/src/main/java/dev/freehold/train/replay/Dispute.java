package dev.freehold.train.replay;

import dev.freehold.kernel.WorkerPool;
import dev.freehold.train.PreparedRun;
import dev.freehold.train.TrainException;
import dev.freehold.train.transcript.StepRecord;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.LongConsumer;

/// Decides between two runs of one recipe: computes the first step at which they differ, from the
/// last checkpoint of either that both committed to.
public final class Dispute {
  private final PreparedRun prepared;
  private final Comparison comparison;
  private final WorkerPool pool;
  private final LongConsumer progress;
  private final List<String> notes = new ArrayList<>();

  /// What computing decided.
  ///
  /// @param step that was decided: the first that differs, or an earlier one at which neither run
  ///   is right
  /// @param from step that computing began after
  /// @param basis folder of the checkpoint it began from, or what else it began from
  /// @param one why the first run is wrong; nothing where it is right
  /// @param other the same of the other run
  /// @param notes checkpoints that could not be used
  public record Ruling(
      long step,
      long from,
      String basis,
      Optional<Finding> one,
      Optional<Finding> other,
      List<String> notes) {
    public Ruling {
      notes = List.copyOf(notes);
    }
  }

  /// @param prepared from the recipe that both runs name
  /// @param progress told of every step that was computed
  public Dispute(
      PreparedRun prepared, Comparison comparison, WorkerPool pool, LongConsumer progress) {
    this.prepared = prepared;
    this.comparison = comparison;
    this.pool = pool;
    this.progress = progress;
  }

  /// Decides; the two must differ somewhere.
  public Ruling settle() {
    long disputed = comparison.step().orElseThrow();
    RunFolder one = comparison.one();
    RunFolder other = comparison.other();
    Optional<Finding> header = Replay.header(prepared, one);
    Optional<Finding> otherHeader = Replay.header(prepared, other);
    if (disputed == 0 || header.isPresent() || otherHeader.isPresent()) {
      return new Ruling(0, 0, "the recipe", header, otherHeader, notes);
    }
    Start start = start(disputed);
    for (long step = start.step() + 1; ; step++) {
      StepRecord computed = prepared.compute(step).record();
      progress.accept(step);
      Optional<Finding> first = Replay.difference(one, computed);
      Optional<Finding> second = Replay.difference(other, computed);
      if (step == disputed || first.isPresent()) {
        return ruling(start, step, first, second);
      }
    }
  }

  private Ruling ruling(Start start, long step, Optional<Finding> first, Optional<Finding> second) {
    List<TensorSearch.Accused> accused = new ArrayList<>();
    first.ifPresent(found -> accused.add(new TensorSearch.Accused(found, comparison.one())));
    second.ifPresent(found -> accused.add(new TensorSearch.Accused(found, comparison.other())));
    List<Finding> named = new TensorSearch(prepared, pool, progress).name(step, accused);
    return new Ruling(
        step,
        start.step(),
        start.basis(),
        first.map(found -> named.getFirst()),
        second.map(found -> named.getLast()),
        notes);
  }

  private record Start(long step, String basis) {}

  /// Brings the parameters to the last state before a step that both runs committed to and that a
  /// checkpoint of one of them holds.
  private Start start(long disputed) {
    List<Long> steps = new ArrayList<>(comparison.one().checkpointSteps());
    steps.addAll(comparison.other().checkpointSteps());
    for (long step :
        steps.stream()
            .filter(at -> at < disputed)
            .sorted(Comparator.reverseOrder())
            .distinct()
            .toList()) {
      for (RunFolder run : List.of(comparison.one(), comparison.other())) {
        if (run.checkpointSteps().contains(step)) {
          try {
            Replay.start(prepared, run, step, pool);
            return new Start(step, run.checkpoints().path(step).toString());
          } catch (TrainException unusable) {
            notes.add(String.valueOf(unusable.getMessage()));
          }
        }
      }
    }
    prepared.restart();
    return new Start(0, "the first values");
  }
}
