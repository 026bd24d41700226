package dev.freehold.model.families;

import dev.freehold.model.Architecture;
import dev.freehold.model.Config;
import dev.freehold.model.Family;
import dev.freehold.model.FeedForward;
import dev.freehold.model.Layer;
import dev.freehold.model.Layout;
import dev.freehold.model.Mixer;
import dev.freehold.model.Normalization;
import java.util.Set;

/// Qwen3 with a mixture of experts.
public final class Qwen3Moe implements Family {
  @Override
  public String name() {
    return "qwen3-moe";
  }

  @Override
  public Set<String> ggufTypes() {
    return Set.of("qwen3moe");
  }

  @Override
  public Set<String> huggingFaceTypes() {
    return Set.of("qwen3_moe");
  }

  @Override
  public Architecture architecture(Config config) {
    Normalization norm = Standard.rms(config);
    Mixer.Attention attention = Qwen3.attention(config);
    FeedForward experts =
        Standard.experts(
            config,
            Standard.expertHiddenDim(config),
            FeedForward.Router.of(
                FeedForward.Scoring.SOFTMAX,
                config.flag("norm_topk_prob", "expert_weights_norm", config.isGguf())),
            new FeedForward.Shared.None());
    return Standard.decoder(
        name(),
        config,
        layer ->
            Layer.preNorm(
                norm,
                attention.withWindow(Qwen2.window(config, layer)),
                isDense(config, layer) ? Standard.gatedMlp(config) : experts));
  }

  private static boolean isDense(Config config, int layer) {
    int step = config.size("decoder_sparse_step", "", 1);
    return config.reals("mlp_only_layers", "").contains((double) layer) || (layer + 1) % step != 0;
  }

  @Override
  public Layout layout(Config config) {
    Layout layout = Standard.layout(config);
    return config.isGguf()
        ? layout
        : Standard.withFusedExperts(layout, Standard.expertHiddenDim(config));
  }
}
