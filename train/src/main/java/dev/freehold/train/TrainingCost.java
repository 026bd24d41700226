package dev.freehold.train;

import dev.freehold.kernel.AttentionShape;
import dev.freehold.kernel.TrainingKernels;
import dev.freehold.model.Architecture;
import dev.freehold.model.FeedForward;
import dev.freehold.model.Layer;
import dev.freehold.model.Mixer;
import dev.freehold.train.recipe.Recipe;
import dev.freehold.train.step.TrainedModel;

/// What a recipe takes, known before anything is computed.
///
/// Formula: a multiplication and an addition are two operations. A weight of a matrix takes two for
/// each token on the way forward and four on the way back. Attention takes, for each head and each
/// position that a token sees (half the sequence on average), `2 (k + v)` forward and `6 k + 4 v`
/// back, the scores being computed again, with keys of length k and values of length v.
/// Recomputation takes the way forward once more. Norms, activations and the optimizer are left
/// out: they take memory bandwidth, not multiplications.
///
/// @param parameters numbers that are trained
/// @param operations of the whole run
/// @param stateBytes weights, gradients and both moments
/// @param activationBytes rows that a step keeps and works on, its tokens and targets
/// @param scratchBytes most that the kernels take besides
public record TrainingCost(
    long parameters, double operations, long stateBytes, long activationBytes, long scratchBytes) {
  private static final int STATE_BYTES = 16;
  private static final int TOKEN_BYTES = 8;
  private static final int MOST_NUMBERS = Integer.MAX_VALUE - 8;

  /// The cost of a recipe.
  ///
  /// @param threads threads that compute
  /// @param recompute whether activations are computed again on the way back
  /// @throws TrainException where the architecture cannot be trained, or one of its arrays is too
  ///   long for this program
  public static TrainingCost of(Recipe recipe, int threads, boolean recompute) {
    Architecture architecture = TrainingRun.architecture(recipe);
    long parameters = TrainingRun.parameterCount(recipe);
    Recipe.Shape shape = recipe.shape();
    long rows = (long) shape.sequences() * shape.length();
    long table = (long) architecture.vocabSize() * architecture.modelDim();
    long matrices = architecture.output().tied() ? parameters : parameters - table;
    requireShort("architecture.vocab_size", architecture.vocabSize(), architecture.modelDim());
    requireShort(
        "logits of a batch", Math.min(rows, TrainedModel.HEAD_ROWS), architecture.vocabSize());
    double forward = 2.0 * matrices;
    double backward = 4.0 * matrices;
    double seen = (shape.length() + 1) / 2.0;
    int widest = Math.max(architecture.modelDim(), architecture.vocabSize());
    long scratch = 0;
    for (Layer layer : architecture.layers()) {
      Mixer.Heads heads = ((Mixer.Attention) layer.mixer()).heads();
      double positions = seen * heads.queries();
      forward += positions * 2 * (heads.keyDim() + heads.valueDim());
      backward += positions * (6 * heads.keyDim() + 4 * heads.valueDim());
      widest = Math.max(widest, heads.queries() * heads.keyDim());
      int hidden = ((FeedForward.GatedMlp) layer.feedForward()).hiddenDim();
      widest = Math.max(widest, hidden);
      long width = Math.max(heads.queries() * heads.keyDim(), hidden);
      requireShort("architecture", width, architecture.modelDim());
      requireShort("batch", rows, Math.max(width, architecture.modelDim()));
      AttentionShape attention =
          new AttentionShape(
              heads.queries(), heads.keyValues(), heads.keyDim(), heads.valueDim(), 1, 0, 0);
      scratch =
          Math.max(
              scratch,
              TrainingKernels.mostScratchBytes(threads, rows, shape.length(), widest, attention));
    }
    double perToken = forward * (recompute ? 2 : 1) + backward;
    return new TrainingCost(
        parameters,
        perToken * shape.tokens() * recipe.steps(),
        STATE_BYTES * parameters,
        TrainedModel.workspaceBytes(architecture, shape.sequences(), shape.length(), recompute)
            + TOKEN_BYTES * shape.tokens(),
        scratch);
  }

  /// Matrices and rows are one array each.
  private static void requireShort(String what, long rows, long columns) {
    if (rows > MOST_NUMBERS / columns) {
      throw new TrainException(
          "recipe: %s: %d x %d numbers in one place, this program holds at most %d"
              .formatted(what, rows, columns, MOST_NUMBERS));
    }
  }

  /// All of the memory.
  public long bytes() {
    return stateBytes + activationBytes + scratchBytes;
  }
}
