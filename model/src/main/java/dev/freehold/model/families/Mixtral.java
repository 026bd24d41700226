package dev.freehold.model.families;

import dev.freehold.model.Architecture;
import dev.freehold.model.Config;
import dev.freehold.model.Family;
import dev.freehold.model.FeedForward;
import dev.freehold.model.Layer;
import dev.freehold.model.Layout;
import dev.freehold.model.Mixer;
import dev.freehold.model.Normalization;
import dev.freehold.model.Role;
import dev.freehold.model.Stored;
import java.util.Set;

/// Mixtral: Mistral with a mixture of experts. Its GGUF files say llama and have experts.
public final class Mixtral implements Family {
  @Override
  public String name() {
    return "mixtral";
  }

  @Override
  public Set<String> ggufTypes() {
    return Set.of("llama");
  }

  @Override
  public Set<String> huggingFaceTypes() {
    return Set.of("mixtral");
  }

  @Override
  public boolean accepts(Config config) {
    return !config.isGguf() || config.count("", "expert_count", 0) > 0;
  }

  @Override
  public Architecture architecture(Config config) {
    Normalization norm = Standard.rms(config);
    Mixer.Attention attention =
        Llama.attention(config).withWindow(config.count("sliding_window", "", 0));
    FeedForward experts =
        Standard.experts(
            config,
            Standard.hiddenDim(config),
            FeedForward.Router.of(FeedForward.Scoring.SOFTMAX, true),
            new FeedForward.Shared.None());
    return Standard.decoder(name(), config, layer -> Layer.preNorm(norm, attention, experts));
  }

  @Override
  public Layout layout(Config config) {
    Layout layout = Standard.layout(config);
    if (config.isGguf()) {
      return layout
          .or(Role.EXPERT_GATE, Stored.whole("blk.{l}.ffn_gate.{e}.weight"))
          .or(Role.EXPERT_UP, Stored.whole("blk.{l}.ffn_up.{e}.weight"))
          .or(Role.EXPERT_DOWN, Stored.whole("blk.{l}.ffn_down.{e}.weight"));
    }
    String experts = "model.layers.{l}.block_sparse_moe.experts.{e}.";
    return Standard.withFusedExperts(
        layout
            .with(
                Role.ROUTER,
                "model.layers.{l}.block_sparse_moe.gate.weight",
                "model.layers.{l}.mlp.gate.weight")
            .with(Role.EXPERT_GATE, experts + "w1.weight")
            .with(Role.EXPERT_UP, experts + "w3.weight")
            .with(Role.EXPERT_DOWN, experts + "w2.weight"),
        Standard.hiddenDim(config));
  }
}
