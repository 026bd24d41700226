package dev.freehold.train.replay;

import dev.freehold.kernel.WorkerPool;
import dev.freehold.tensor.Sha256;
import dev.freehold.tensor.TensorException;
import dev.freehold.train.PreparedRun;
import dev.freehold.train.TrainException;
import dev.freehold.train.transcript.RecordedTranscript;
import dev.freehold.train.transcript.StateTree;
import dev.freehold.train.transcript.StepRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongConsumer;

/// Checks what a run claims by computing it again; every check gives the first claim that does not
/// hold, or nothing.
public final class Replay {
  private final PreparedRun prepared;
  private final RunFolder run;
  private final WorkerPool pool;
  private final LongConsumer progress;

  /// @param prepared from the recipe of the run
  /// @param progress told of every step that was computed
  public Replay(PreparedRun prepared, RunFolder run, WorkerPool pool, LongConsumer progress) {
    this.prepared = prepared;
    this.run = run;
    this.pool = pool;
    this.progress = progress;
  }

  /// Checks recipe, tokenizer and data, as the transcript's first line names them.
  public Optional<Finding> header() {
    return header(prepared, run);
  }

  static Optional<Finding> header(PreparedRun prepared, RunFolder run) {
    Map<String, String> claimed = run.transcript().header();
    for (Map.Entry<String, String> field : prepared.header().entrySet()) {
      String claim = claimed.getOrDefault(field.getKey(), "none");
      if (!claim.equals(field.getValue())) {
        return Optional.of(finding(run, 0, field.getKey(), field.getValue(), claim));
      }
    }
    return Optional.empty();
  }

  private static Finding finding(
      RunFolder run, long step, String field, String computed, String claimed) {
    String where = run.transcript().file().toString();
    return new Finding(where, step, field, computed, claimed, Finding.Tensors.UNKNOWN);
  }

  /// Checks what every step read and its learning rate, which needs no training.
  public Optional<Finding> inputs() {
    RecordedTranscript transcript = run.transcript();
    long last = prepared.recipe().steps();
    if (transcript.steps() > last) {
      return Optional.of(
          finding(run, last + 1, "step", last + " steps", transcript.steps() + " steps"));
    }
    for (long step = 1; step <= transcript.steps(); step++) {
      StepRecord claimed = transcript.step(step);
      StepRecord computed =
          new StepRecord(
              step,
              prepared.batchDigest(step),
              claimed.loss(),
              claimed.norm(),
              prepared.rate(step),
              claimed.state());
      Optional<Finding> found = difference(run, computed);
      if (found.isEmpty() && prepared.commitsState(step) != claimed.state().isPresent()) {
        String expected = prepared.commitsState(step) ? "a Merkle root" : "none";
        found = Optional.of(finding(run, step, "state", expected, run.stateAfter(step)));
      }
      if (found.isPresent()) {
        return found;
      }
    }
    return Optional.empty();
  }

  /// The first field of a step that a run claims otherwise.
  static Optional<Finding> difference(RunFolder run, StepRecord computed) {
    StepRecord claimed = run.transcript().step(computed.step());
    return computed.differences(claimed).stream()
        .findFirst()
        .map(d -> finding(run, claimed.step(), d.field(), d.one(), d.other()));
  }

  /// Checks the files of a checkpoint against the transcript's Merkle root.
  ///
  /// Which tensor differs is told by the hashes in the checkpoint, where these are those that the
  /// transcript stands for, and otherwise by computing the steps up to it.
  public Optional<Finding> checkpoint(long step) {
    String claimed = run.stateAfter(step);
    StateTree found = run.checkpoints().read(step, prepared.parameters(), pool);
    if (found.root().equals(claimed)) {
      run.checkpoints().description(step);
      return files(step);
    }
    Optional<StateTree> described = description(step).filter(tree -> tree.root().equals(claimed));
    if (described.isEmpty()) {
      Optional<Finding> before = stretch(new Stretch(lastCheckpointBefore(step), step));
      if (before.isPresent()) {
        return before;
      }
      described = Optional.of(prepared.state());
    }
    List<String> names = found.differences(described.get());
    return Optional.of(
        new Finding(
            run.checkpoints().path(step).toString(),
            step,
            "checkpoint",
            found.root(),
            claimed,
            new Finding.Tensors(step, names)));
  }

  /// Checks configuration and tokenizer of a checkpoint.
  private Optional<Finding> files(long step) {
    for (Map.Entry<String, byte[]> file : prepared.files().entrySet()) {
      Path path = run.checkpoints().path(step).resolve(file.getKey());
      try {
        byte[] found = Files.readAllBytes(path);
        if (!Arrays.equals(found, file.getValue())) {
          Finding.Tensors none = Finding.Tensors.UNKNOWN;
          String computed = Sha256.of(file.getValue());
          return Optional.of(
              new Finding(path.toString(), step, "file", computed, Sha256.of(found), none));
        }
      } catch (IOException e) {
        throw new TrainException("%s: cannot be read: %s".formatted(path, e), e);
      }
    }
    return Optional.empty();
  }

  private Optional<StateTree> description(long step) {
    try {
      return Optional.of(run.checkpoints().description(step));
    } catch (TrainException | TensorException unreadable) {
      return Optional.empty();
    }
  }

  private long lastCheckpointBefore(long step) {
    return run.checkpoints().latestBefore(step).orElse(0L);
  }

  /// Computes the steps of a stretch again and checks each, and the state at its end.
  ///
  /// Where one differs, the steps up to the next checkpoint are computed too, to name the tensors
  /// that differ in it.
  ///
  /// @throws TrainException where the checkpoint at its begin is not what the transcript says
  public Optional<Finding> stretch(Stretch stretch) {
    start(prepared, run, stretch.from(), pool);
    for (long step = stretch.from() + 1; step <= stretch.to(); step++) {
      PreparedRun.Outcome outcome = prepared.compute(step);
      progress.accept(step);
      Optional<Finding> found = difference(run, outcome.record());
      if (found.isPresent()) {
        TensorSearch search = new TensorSearch(prepared, pool, progress);
        TensorSearch.Accused accused = new TensorSearch.Accused(found.get(), run);
        return search.name(step, List.of(accused)).stream().findFirst();
      }
    }
    return Optional.empty();
  }

  /// Brings the parameters to the state after a step, from a run's checkpoint.
  static void start(PreparedRun prepared, RunFolder run, long step, WorkerPool pool) {
    if (step == 0) {
      prepared.restart();
      return;
    }
    StateTree found = run.checkpoints().read(step, prepared.parameters(), pool);
    String claimed = run.stateAfter(step);
    if (!found.root().equals(claimed)) {
      throw new TrainException(
          "%s: the Merkle root of its tensors is %s, the transcript says %s; verify it first"
              .formatted(run.checkpoints().path(step), found.root(), claimed));
    }
  }
}
