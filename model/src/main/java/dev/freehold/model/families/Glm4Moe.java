package dev.freehold.model.families;

import dev.freehold.kernel.Rope;
import dev.freehold.model.Architecture;
import dev.freehold.model.Config;
import dev.freehold.model.Family;
import dev.freehold.model.FeedForward;
import dev.freehold.model.Layer;
import dev.freehold.model.Layout;
import dev.freehold.model.Mixer;
import dev.freehold.model.Normalization;
import dev.freehold.model.Role;
import java.util.Set;

/// GLM-4.5 and its successors: a mixture of experts with sigmoid scores and a shared expert, the
/// first layers dense.
public final class Glm4Moe implements Family {
  @Override
  public String name() {
    return "glm4-moe";
  }

  @Override
  public Set<String> ggufTypes() {
    return Set.of("glm4moe");
  }

  @Override
  public Set<String> huggingFaceTypes() {
    return Set.of("glm4_moe");
  }

  @Override
  public Architecture architecture(Config config) {
    Normalization norm = Standard.rms(config);
    Mixer.Attention attention = attention(config);
    FeedForward dense = Standard.gatedMlp(config);
    FeedForward experts = experts(config);
    int firstExperts = config.count("first_k_dense_replace", "leading_dense_block_count", 0);
    return Standard.decoder(
        name(),
        config,
        layer -> Layer.preNorm(norm, attention, layer < firstExperts ? dense : experts));
  }

  private static Mixer.Attention attention(Config config) {
    boolean bias =
        config.flag("attention_bias", "", config.tensor("blk.0.attn_q.bias").isPresent());
    boolean norms =
        config.flag("use_qk_norm", "", config.tensor("blk.0.attn_q_norm.weight").isPresent());
    Mixer.Attention plain = Standard.attention(config, Rope.Pairing.HALVES).withBiases(bias, false);
    return norms ? plain.withNorms(Mixer.HeadNorms.perHead(Standard.rms(config))) : plain;
  }

  /// Experts chosen by corrected scores among the best groups, beside shared ones.
  static FeedForward experts(Config config) {
    int hiddenDim = Standard.expertHiddenDim(config);
    int shared = config.count("n_shared_experts", "expert_shared_count", 0);
    return Standard.experts(
        config,
        hiddenDim,
        router(config),
        shared == 0
            ? new FeedForward.Shared.None()
            : new FeedForward.Shared.Always(Math.multiplyExact(shared, hiddenDim), false));
  }

  private static FeedForward.Router router(Config config) {
    boolean sigmoid =
        config.isGguf()
            ? config.count("", "expert_gating_func", 2) == 2
            : config.string("scoring_func", "", "sigmoid").equals("sigmoid");
    return new FeedForward.Router(
        sigmoid ? FeedForward.Scoring.SIGMOID : FeedForward.Scoring.SOFTMAX,
        false,
        sigmoid,
        config.flag("norm_topk_prob", "expert_weights_norm", true),
        config.size("n_group", "expert_group_count", 1),
        config.size("topk_group", "expert_group_used_count", 1),
        (float) config.real("routed_scaling_factor", "expert_weights_scale", 1),
        FeedForward.Router.Input.AS_EXPERTS);
  }

  @Override
  public Layout layout(Config config) {
    return config.isGguf()
        ? Layout.gguf()
            .with(Role.FEED_FORWARD_NORM, "blk.{l}.post_attention_norm.weight")
            .with(Role.ROUTER_CORRECTION, "blk.{l}.exp_probs_b.bias", "blk.{l}.exp_probs_b")
        : Standard.withFusedExperts(Layout.huggingFace(), Standard.expertHiddenDim(config));
  }
}
