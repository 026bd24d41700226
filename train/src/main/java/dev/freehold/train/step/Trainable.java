package dev.freehold.train.step;

import dev.freehold.kernel.Activation;
import dev.freehold.model.Architecture;
import dev.freehold.model.FeedForward;
import dev.freehold.model.Layer;
import dev.freehold.model.Mixer;
import dev.freehold.model.Normalization;
import dev.freehold.model.Positions;
import dev.freehold.train.TrainException;

/// Which architectures have gradients: RMSNorm, rotary grouped-query attention with or without
/// normalized queries and keys, SwiGLU, norms before or after the blocks.
final class Trainable {
  private Trainable() {}

  /// @throws TrainException that names the first part without a gradient
  static void check(Architecture architecture) {
    require(
        architecture.embedding().equals(Architecture.Embedding.PLAIN), "a scaled embedding", -1);
    Architecture.OutputHead output = architecture.output();
    require(
        !output.bias() && output.scale() == 1 && output.softcap() == 0,
        "an output head with bias, scale or softcap",
        -1);
    require(architecture.finalNorm() instanceof Normalization.Rms, "a final norm like this", -1);
    for (int i = 0; i < architecture.layers().size(); i++) {
      check(architecture.layers().get(i), i);
    }
  }

  private static void check(Layer layer, int number) {
    require(isRmsOrNone(layer.mixerNorm()), "a norm like this", number);
    require(isRmsOrNone(layer.mixerPostNorm()), "a norm like this", number);
    require(isRmsOrNone(layer.feedForwardNorm()), "a norm like this", number);
    require(isRmsOrNone(layer.feedForwardPostNorm()), "a norm like this", number);
    require(
        layer.residual() == Layer.Residual.SEQUENTIAL
            && layer.residualScale() == 1
            && layer.ending().equals(Layer.Ending.NONE),
        "a residual stream like this",
        number);
    require(layer.mixer() instanceof Mixer.Attention, "a mixer other than attention", number);
    if (layer.mixer() instanceof Mixer.Attention attention) {
      check(attention, number);
    }
    require(
        layer.feedForward() instanceof FeedForward.GatedMlp mlp
            && !mlp.bias()
            && mlp.gate().equals(new FeedForward.Gate.Activated(Activation.SILU)),
        "a feed-forward block other than SwiGLU",
        number);
  }

  private static void check(Mixer.Attention attention, int number) {
    Mixer.Heads heads = attention.heads();
    require(heads.keyDim() == heads.valueDim(), "values as long as no key", number);
    require(
        attention.positions() instanceof Positions.Rotary,
        "attention without rotary positions",
        number);
    require(isRmsOrNone(attention.norms().queryKey()), "a norm like this", number);
    require(attention.norms().value() instanceof Normalization.None, "normalized values", number);
    require(attention.source() instanceof Mixer.KeyValueSource.Projected, "shared keys", number);
    Mixer.Scores scores = attention.scores();
    require(
        scores.window() == 0
            && scores.softcap() == 0
            && !scores.sinks()
            && scores.temperature().equals(Mixer.PositionTemperature.NONE),
        "attention with a window, softcap, sinks or temperature",
        number);
    Mixer.Projections projections = attention.projections();
    require(
        !projections.inputBias() && !projections.outputBias() && !projections.gated(),
        "attention with biases or a gate",
        number);
  }

  private static boolean isRmsOrNone(Normalization norm) {
    return norm instanceof Normalization.None
        || (norm instanceof Normalization.Rms rms && rms.weighted());
  }

  private static void require(boolean holds, String what, int layer) {
    if (!holds) {
      throw new TrainException(
          "architecture: %s%s has no gradient here; llama, qwen3 and olmo2 shapes can be trained"
              .formatted(layer < 0 ? "" : "layer " + layer + ": ", what));
    }
  }
}
