package dev.freehold.train;

import dev.freehold.kernel.Kernels;
import dev.freehold.train.checkpoint.Checkpoints;
import dev.freehold.train.replay.RunFolder;
import dev.freehold.train.transcript.StateTree;
import dev.freehold.train.transcript.Transcript;
import java.nio.file.Path;
import java.util.Map;

/// A run without one of its documents: what the recipe would have given, to the bit, with padding
/// that does not count in the document's place.
///
/// Steps before the first that reads the document are the same in both runs, so that they are not
/// computed: their lines and the last checkpoint before that step are taken over.
///
/// @param firstUse first step that reads the document
/// @param from step of that checkpoint; 0 for the first values
/// @param run goes on from there
public record Counterfactual(long firstUse, long from, TrainingRun run) {
  /// Begins such a run in a folder, or goes on with it.
  ///
  /// @param prepared from the recipe of the original; its document is left out by this
  /// @param original a run that has done all its steps
  /// @param document SHA-256 of the document's text
  /// @param kernels those of `prepared`
  public static Counterfactual begin(
      PreparedRun prepared, RunFolder original, String document, Path folder, Kernels kernels) {
    if (original.transcript().steps() < prepared.recipe().steps()) {
      throw new TrainException(
          "%s: %d of %d steps are done; finish it first with train --resume"
              .formatted(
                  original.path(), original.transcript().steps(), prepared.recipe().steps()));
    }
    requireSameSources(prepared, original);
    long firstUse = prepared.leaveOut(document);
    long from =
        original.checkpointSteps().stream()
            .filter(step -> step < firstUse)
            .mapToLong(Long::longValue)
            .max()
            .orElse(0);
    Checkpoints checkpoints =
        new Checkpoints(folder.resolve(TrainingRun.CHECKPOINTS), prepared.recipe().digest());
    if (from > 0 && checkpoints.latest().isEmpty()) {
      StateTree state = original.checkpoints().load(from, prepared.parameters(), kernels.pool());
      String committed = original.stateAfter(from);
      if (!state.root().equals(committed)) {
        throw new TrainException(
            "%s: the checkpoint of step %d has the Merkle root %s, the transcript says %s"
                .formatted(original.path(), from, state.root(), committed));
      }
      takeOver(prepared, original, from, folder.resolve(TrainingRun.TRANSCRIPT));
      checkpoints.save(from, prepared.parameters(), state, prepared.files());
    }
    return new Counterfactual(firstUse, from, new TrainingRun(prepared, folder, kernels));
  }

  /// The lines and checkpoints that are taken over must be what this recipe gives on all its data.
  private static void requireSameSources(PreparedRun prepared, RunFolder original) {
    Map<String, String> expected = prepared.header();
    Map<String, String> found = original.transcript().header();
    if (!found.equals(expected)) {
      throw new TrainException(
          "%s: expected a run of %s, found %s; leave documents out of the run with all of them"
              .formatted(original.path(), expected, found));
    }
  }

  private static void takeOver(
      PreparedRun prepared, RunFolder original, long last, Path transcript) {
    Transcript lines = Transcript.open(transcript, prepared.header());
    for (long step = 1; step <= last; step++) {
      lines.add(original.transcript().step(step));
    }
    lines.force();
  }
}
