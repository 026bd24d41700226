package dev.freehold.model.families;

import dev.freehold.model.Architecture;
import dev.freehold.model.Config;
import dev.freehold.model.Family;
import dev.freehold.model.FeedForward;
import dev.freehold.model.Layout;
import dev.freehold.model.Role;
import java.util.Set;

/// Qwen3.5 with a mixture of experts and a gated shared expert.
public final class Qwen35Moe implements Family {
  @Override
  public String name() {
    return "qwen3.5-moe";
  }

  @Override
  public Set<String> ggufTypes() {
    return Set.of("qwen35moe");
  }

  @Override
  public Set<String> huggingFaceTypes() {
    return Set.of("qwen3_5_moe", "qwen3_5_moe_text");
  }

  @Override
  public Architecture architecture(Config config) {
    FeedForward experts =
        Standard.experts(
            config,
            Standard.expertHiddenDim(config),
            FeedForward.Router.of(FeedForward.Scoring.SOFTMAX, true),
            new FeedForward.Shared.Always(
                config.size("shared_expert_intermediate_size", "expert_shared_feed_forward_length"),
                true));
    return Qwen35.architecture(name(), config, experts);
  }

  @Override
  public Layout layout(Config config) {
    Layout layout = new Qwen35().layout(config);
    if (config.isGguf()) {
      return layout;
    }
    String shared = "model.layers.{l}.mlp.shared_expert.";
    return Standard.withFusedExperts(layout, Standard.expertHiddenDim(config))
        .with(Role.SHARED_GATE, shared + "gate_proj.weight")
        .with(Role.SHARED_UP, shared + "up_proj.weight")
        .with(Role.SHARED_DOWN, shared + "down_proj.weight")
        .with(Role.SHARED_ROUTER, "model.layers.{l}.mlp.shared_expert_gate.weight");
  }
}
