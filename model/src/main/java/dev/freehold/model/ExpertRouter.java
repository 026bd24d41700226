package dev.freehold.model;

import dev.freehold.kernel.Activation;
import dev.freehold.kernel.Kernels;
import dev.freehold.kernel.Rows;
import java.util.Arrays;

/// Chooses and weighs experts from the logits of a router.
///
/// Scores are the logits' softmax or sigmoids; the `used` experts with the highest score (plus
/// correction, among the best groups) are chosen, in descending order, ties to the lower id. A
/// group counts as its best two corrected scores, or as its best one without correction. Weights
/// are the uncorrected scores; with normalization divided by their sum in order of rank; times
/// `scale`.
final class ExpertRouter {
  private final Kernels kernels;
  private final FeedForward.MixtureOfExperts shape;
  private final float[] correction;
  private final float[] expertScale;
  private final float[] candidates;
  private final float[] groupScores;
  private final int[] chosen;
  private final Rows weights;

  /// @param correction one number per expert, or empty
  /// @param expertScale a factor of the weight of each expert, or empty
  ExpertRouter(
      FeedForward.MixtureOfExperts shape,
      float[] correction,
      float[] expertScale,
      Kernels kernels,
      Workspace workspace) {
    this.kernels = kernels;
    this.shape = shape;
    this.correction = correction;
    this.expertScale = expertScale;
    this.candidates = new float[shape.experts()];
    this.groupScores = new float[shape.router().groups()];
    this.chosen = new int[Math.multiplyExact(workspace.maxTokens(), shape.used())];
    this.weights = workspace.rows("expert weights", shape.used());
  }

  /// The expert of rank r of token t, at index t * used + r.
  int[] chosen() {
    return chosen;
  }

  /// Row t: the weights of its experts by rank.
  Rows weights() {
    return weights;
  }

  /// Chooses for each row of `logits`, which become scores.
  void choose(Rows logits, int tokens) {
    FeedForward.Router router = shape.router();
    switch (router.scoring()) {
      case SOFTMAX -> kernels.softmax(logits, logits, tokens, shape.experts());
      case SIGMOID -> kernels.activate(Activation.SIGMOID, logits, logits, tokens, shape.experts());
      case SOFTMAX_OF_CHOSEN -> {}
    }
    for (int t = 0; t < tokens; t++) {
      chooseFor(t, logits);
    }
    if (router.scoring() == FeedForward.Scoring.SOFTMAX_OF_CHOSEN) {
      kernels.softmax(weights, weights, tokens, shape.used());
    }
    for (int t = 0; t < tokens; t++) {
      finish(t);
    }
  }

  private void chooseFor(int t, Rows scores) {
    System.arraycopy(scores.data(), scores.at(t), candidates, 0, candidates.length);
    for (int e = 0; e < correction.length; e++) {
      candidates[e] += correction[e];
    }
    if (shape.router().groups() > 1) {
      dropGroups();
    }
    for (int rank = 0; rank < shape.used(); rank++) {
      int best = best(candidates, 0, candidates.length);
      chosen[t * shape.used() + rank] = best;
      weights.data()[weights.at(t) + rank] = scores.data()[scores.at(t) + best];
      candidates[best] = Float.NEGATIVE_INFINITY;
    }
  }

  /// The index of the largest value in a range, the lowest one among equals.
  private static int best(float[] values, int from, int to) {
    int best = -1;
    for (int i = from; i < to; i++) {
      if (values[i] > (best < 0 ? Float.NEGATIVE_INFINITY : values[best])) {
        best = i;
      }
    }
    if (best < 0) {
      throw new ModelException(
          "expert router: no score is finite; the weights or the state hold bad numbers");
    }
    return best;
  }

  /// Takes out the experts of all but the best groups.
  private void dropGroups() {
    FeedForward.Router router = shape.router();
    int size = shape.experts() / router.groups();
    for (int g = 0; g < groupScores.length; g++) {
      int first = best(candidates, g * size, (g + 1) * size);
      groupScores[g] = candidates[first];
      if (router.correction() && size > 1) {
        float kept = candidates[first];
        candidates[first] = Float.NEGATIVE_INFINITY;
        groupScores[g] += candidates[best(candidates, g * size, (g + 1) * size)];
        candidates[first] = kept;
      }
    }
    for (int rank = 0; rank < router.usedGroups(); rank++) {
      groupScores[best(groupScores, 0, groupScores.length)] = Float.NEGATIVE_INFINITY;
    }
    for (int g = 0; g < groupScores.length; g++) {
      if (groupScores[g] != Float.NEGATIVE_INFINITY) {
        Arrays.fill(candidates, g * size, (g + 1) * size, Float.NEGATIVE_INFINITY);
      }
    }
  }

  private void finish(int t) {
    float[] data = weights.data();
    int at = weights.at(t);
    int used = shape.used();
    if (shape.router().normalized()) {
      float sum = 0;
      for (int rank = 0; rank < used; rank++) {
        sum += data[at + rank];
      }
      for (int rank = 0; rank < used; rank++) {
        data[at + rank] = sum == 0 ? 0 : data[at + rank] / sum;
      }
    }
    for (int rank = 0; rank < used; rank++) {
      float factor = shape.router().scale();
      if (expertScale.length != 0) {
        factor *= expertScale[chosen[t * used + rank]];
      }
      data[at + rank] *= factor;
    }
  }
}
