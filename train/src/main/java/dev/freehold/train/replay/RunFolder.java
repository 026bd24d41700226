package dev.freehold.train.replay;

import dev.freehold.train.TrainException;
import dev.freehold.train.TrainingRun;
import dev.freehold.train.checkpoint.Checkpoints;
import dev.freehold.train.recipe.Recipe;
import dev.freehold.train.recipe.RecipeReader;
import dev.freehold.train.transcript.RecordedTranscript;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// A run as its folder claims it: transcript, recipe and checkpoints. Nothing in it is changed.
///
/// @param transcript whose form and chain are right
public record RunFolder(Path path, RecordedTranscript transcript, Checkpoints checkpoints) {
  /// The recipe's name in the folder of a run.
  public static final String RECIPE = "recipe.yaml";

  /// Reads a folder's transcript.
  ///
  /// @throws TrainException that names the line where it is broken
  public static RunFolder open(Path path) {
    RecordedTranscript transcript = RecordedTranscript.read(path.resolve(TrainingRun.TRANSCRIPT));
    Path folder = path.resolve(TrainingRun.CHECKPOINTS);
    return new RunFolder(path, transcript, new Checkpoints(folder, transcript.recipe()));
  }

  /// Whether the folder holds a recipe.
  public boolean hasRecipe() {
    return Files.exists(path.resolve(RECIPE));
  }

  /// The folder's recipe, which must be the one that the transcript names.
  public Recipe recipe() {
    if (!hasRecipe()) {
      throw new TrainException(
          "%s: a transcript, but no %s; put the run's recipe there".formatted(path, RECIPE));
    }
    Recipe recipe = RecipeReader.read(path.resolve(RECIPE));
    if (!recipe.digest().equals(transcript.recipe())) {
      throw new TrainException(
          "%s: its digest is %s, the transcript is of recipe %s"
              .formatted(path.resolve(RECIPE), recipe.digest(), transcript.recipe()));
    }
    return recipe;
  }

  /// The steps that have a checkpoint and that the transcript holds, in ascending order.
  public List<Long> checkpointSteps() {
    return checkpoints.steps().stream().filter(step -> step <= transcript.steps()).toList();
  }

  /// The Merkle root that the transcript holds for a step, or `none`.
  public String stateAfter(long step) {
    return transcript.step(step).state().orElse("none");
  }
}
