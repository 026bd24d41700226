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

/// OLMoE: a mixture of experts with queries and keys normalized over all heads together.
public final class Olmoe implements Family {
  @Override
  public String name() {
    return "olmoe";
  }

  @Override
  public Set<String> ggufTypes() {
    return Set.of("olmoe");
  }

  @Override
  public Set<String> huggingFaceTypes() {
    return Set.of("olmoe");
  }

  @Override
  public Architecture architecture(Config config) {
    if (config.has("clip_qkv", "")) {
      throw new ModelException("config.json clip_qkv: expected null; clipping is not supported");
    }
    Normalization norm = Standard.rms(config);
    Mixer.Attention attention = Olmo2.attention(config);
    FeedForward experts =
        Standard.experts(
            config,
            Standard.hiddenDim(config),
            FeedForward.Router.of(
                FeedForward.Scoring.SOFTMAX,
                config.flag("norm_topk_prob", "expert_weights_norm", false)),
            new FeedForward.Shared.None());
    return Standard.decoder(name(), config, layer -> Layer.preNorm(norm, attention, experts));
  }

  @Override
  public Layout layout(Config config) {
    Layout layout = Standard.layout(config);
    return config.isGguf() ? layout : Standard.withFusedExperts(layout, Standard.hiddenDim(config));
  }
}
