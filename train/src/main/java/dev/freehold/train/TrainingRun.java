package dev.freehold.train;

import dev.freehold.kernel.Kernels;
import dev.freehold.model.Architecture;
import dev.freehold.train.checkpoint.Checkpoints;
import dev.freehold.train.recipe.Recipe;
import dev.freehold.train.step.Parameters;
import dev.freehold.train.transcript.StateTree;
import dev.freehold.train.transcript.StepRecord;
import dev.freehold.train.transcript.Transcript;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;

/// A run of a recipe in a folder: `tokenizer/`, `checkpoints/` and `transcript.jsonl`.
public final class TrainingRun {
  /// The transcript's name in the folder of a run.
  public static final String TRANSCRIPT = "transcript.jsonl";

  /// The name of the folder of checkpoints.
  public static final String CHECKPOINTS = "checkpoints";

  private final Recipe recipe;
  private final PreparedRun prepared;
  private final Checkpoints checkpoints;
  private final Transcript transcript;
  private long step;

  /// What came out of a step.
  ///
  /// @param loss mean over the targets that count
  /// @param norm of the gradient, before clipping
  /// @param heldOut loss of held-out documents, where this step is one that measures it
  public record Result(
      long step, float loss, float norm, float rate, Optional<Float> heldOut, boolean saved) {}

  /// Prepares a recipe that makes its own data, and goes on from the last checkpoint.
  ///
  /// @param kernels with float32 activations; they stay the caller's
  /// @param recompute whether activations are computed again on the way back; changes no bit
  public TrainingRun(Recipe recipe, Path folder, Kernels kernels, boolean recompute) {
    this(recipe, Optional.empty(), folder, kernels, recompute);
  }

  /// Prepares data and model, and goes on from the last checkpoint if there is one.
  ///
  /// @param shards folder of the corpus, for recipes that name one
  /// @param kernels with float32 activations; they stay the caller's
  /// @param recompute whether activations are computed again on the way back; changes no bit
  public TrainingRun(
      Recipe recipe, Optional<Path> shards, Path folder, Kernels kernels, boolean recompute) {
    this(
        new PreparedRun(recipe, shards, folder.resolve("tokenizer"), kernels, recompute),
        folder,
        kernels);
  }

  /// Goes on from the last checkpoint of a folder if there is one.
  ///
  /// @param prepared with the first values
  /// @param kernels those that it was prepared with
  public TrainingRun(PreparedRun prepared, Path folder, Kernels kernels) {
    this.recipe = prepared.recipe();
    this.prepared = prepared;
    this.checkpoints = new Checkpoints(folder.resolve(CHECKPOINTS), recipe.digest());
    checkpoints.recover();
    this.transcript = Transcript.open(folder.resolve(TRANSCRIPT), prepared.header());
    Optional<Long> last = checkpoints.latest();
    if (last.isPresent()) {
      step = last.get();
      StateTree state = checkpoints.load(step, prepared.parameters(), kernels.pool());
      transcript.skipTo(step, state.root());
    }
  }

  /// The architecture that a recipe names.
  public static Architecture architecture(Recipe recipe) {
    return RecipeModel.of(recipe, OptionalInt.empty()).architecture();
  }

  /// Numbers that a recipe trains.
  public static long parameterCount(Recipe recipe) {
    RecipeModel model = RecipeModel.of(recipe, OptionalInt.empty());
    return Parameters.count(model.architecture(), model.layout());
  }

  /// Steps that are done.
  public long step() {
    return step;
  }

  /// Whether all steps are done.
  public boolean isDone() {
    return step >= recipe.steps();
  }

  /// SHA-256 of the weights as they are.
  public String digest() {
    return prepared.parameters().digest();
  }

  /// The chain of the transcript's last line.
  public String root() {
    return transcript.root();
  }

  /// Where the last checkpoint is.
  public Path lastCheckpoint() {
    return checkpoints.path(step);
  }

  /// Documents that are longer than a sequence and lose their end.
  public long cutDocuments() {
    return prepared.cutDocuments();
  }

  /// Numbers that are trained.
  public long parameterCount() {
    return prepared.parameters().count();
  }

  /// Computes the next step.
  public Result next() {
    PreparedRun.Outcome outcome = prepared.compute(step + 1);
    StepRecord record = outcome.record();
    transcript.add(record);
    step = record.step();
    boolean save = PreparedRun.isDue(step, recipe.intervals().checkpoint()) || isDone();
    if (save) {
      transcript.force();
      StateTree state = outcome.state().orElseThrow();
      checkpoints.save(step, prepared.parameters(), state, prepared.files());
    }
    boolean measure = PreparedRun.isDue(step, recipe.intervals().evaluate());
    Optional<Float> heldOut = measure ? prepared.heldOutLoss() : Optional.empty();
    return new Result(step, record.loss(), record.norm(), record.rate(), heldOut, save);
  }
}
