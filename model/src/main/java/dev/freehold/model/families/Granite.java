package dev.freehold.model.families;

import dev.freehold.model.Architecture;
import dev.freehold.model.Config;
import dev.freehold.model.Family;
import dev.freehold.model.FeedForward;
import dev.freehold.model.Layer;
import dev.freehold.model.Layout;
import dev.freehold.model.Mixer;
import dev.freehold.model.ModelException;
import dev.freehold.model.Normalization;
import java.util.Set;

/// Granite: Llama with factors for embeddings, scores, residuals and logits.
public final class Granite implements Family {
  @Override
  public String name() {
    return "granite";
  }

  @Override
  public Set<String> ggufTypes() {
    return Set.of("granite");
  }

  @Override
  public Set<String> huggingFaceTypes() {
    return Set.of("granite");
  }

  @Override
  public Architecture architecture(Config config) {
    Normalization norm = Standard.rms(config);
    Mixer.Attention attention = attention(config);
    FeedForward mlp = Standard.gatedMlp(config);
    float residual = residualScale(config);
    return finish(
        config,
        Standard.decoder(
            name(),
            config,
            layer ->
                Layer.preNorm(norm, attention, mlp)
                    .withResidual(Layer.Residual.SEQUENTIAL, residual)));
  }

  static float residualScale(Config config) {
    return (float) config.real("residual_multiplier", "residual_scale", 1);
  }

  static Mixer.Attention attention(Config config) {
    double standard = 1 / Math.sqrt(Standard.headDim(config));
    double scale = config.real("attention_multiplier", "attention.scale", standard);
    return Llama.attention(config).withScores(Mixer.Scores.of((float) scale));
  }

  static Architecture finish(Config config, Architecture plain) {
    float embedding = (float) config.real("embedding_multiplier", "embedding_scale", 1);
    double divisor = config.real("logits_scaling", "logit_scale", 1);
    if (!(divisor > 0)) {
      throw new ModelException(
          "%s: expected a number above 0, found %s"
              .formatted(config.isGguf() ? "logit_scale" : "logits_scaling", divisor));
    }
    return new Architecture(
        plain.family(),
        plain.vocabSize(),
        plain.modelDim(),
        plain.contextLength(),
        Architecture.Embedding.scaled(embedding),
        plain.layers(),
        plain.finalNorm(),
        new Architecture.OutputHead(plain.output().tied(), false, (float) (1 / divisor), 0));
  }

  @Override
  public Layout layout(Config config) {
    return Standard.layout(config);
  }
}
