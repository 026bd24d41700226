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
import dev.freehold.model.Positions;
import dev.freehold.model.Role;
import dev.freehold.model.Stored;
import java.util.Set;

/// DeepSeek V3 and R1: latent attention, experts in groups.
public final class DeepSeek3 implements Family {
  @Override
  public String name() {
    return "deepseek-v3";
  }

  @Override
  public Set<String> ggufTypes() {
    return Set.of("deepseek2");
  }

  @Override
  public Set<String> huggingFaceTypes() {
    return Set.of("deepseek_v3");
  }

  @Override
  public Architecture architecture(Config config) {
    Normalization norm = Standard.rms(config);
    Mixer attention = attention(config);
    FeedForward dense = Standard.gatedMlp(config);
    FeedForward experts = Glm4Moe.experts(config);
    int firstExperts = config.count("first_k_dense_replace", "leading_dense_block_count", 0);
    return Standard.decoder(
        name(),
        config,
        layer -> Layer.preNorm(norm, attention, layer < firstExperts ? dense : experts));
  }

  private static Mixer attention(Config config) {
    int rotated = config.size("qk_rope_head_dim", "rope.dimension_count");
    int plain =
        config.isGguf()
            ? config.size("", "attention.key_length_mla") - rotated
            : config.size("qk_nope_head_dim", "");
    Rope.Pairing pairing =
        config.flag("rope_interleave", "", true) ? Rope.Pairing.NEIGHBOURS : Rope.Pairing.HALVES;
    double multiplier = scoreMultiplier(config);
    return new Mixer.LatentAttention(
        Standard.heads(config),
        config.count("q_lora_rank", "attention.q_lora_rank", 0),
        config.size("kv_lora_rank", "attention.kv_lora_rank"),
        plain,
        config.size("v_head_dim", "attention.value_length_mla"),
        rotary(config, rotated, pairing),
        (float) (multiplier * multiplier / Math.sqrt((double) plain + rotated)),
        Standard.rms(config));
  }

  /// With YaRN the scores grow with the factor, and cosines and sines do not.
  private static double scoreMultiplier(Config config) {
    if (config.isGguf()) {
      double logarithmic = config.real("", "rope.scaling.yarn_log_multiplier", 0);
      double factor = config.real("", "rope.scaling.factor", 1);
      return 1 + logarithmic * StrictMath.log(factor);
    }
    return config
        .section("rope_parameters")
        .or(() -> config.section("rope_scaling"))
        .map(rope ->
            Positions.Scaling.Yarn.magnitude(
                rope.real("factor", "", 1), rope.real("mscale_all_dim", "", 0)))
        .orElse(1.0);
  }

  private static Positions.Rotary rotary(Config config, int dims, Rope.Pairing pairing) {
    Positions.Rotary rotary = RopeSettings.of(config, dims, pairing);
    if (config.isGguf()
        && rotary.scaling() instanceof Positions.Scaling.Yarn yarn
        && config.has("", "rope.scaling.yarn_log_multiplier")) {
      return new Positions.Rotary(dims, rotary.base(), pairing, yarn.withMagnitude(1));
    }
    return rotary;
  }

  @Override
  public Layout layout(Config config) {
    if (config.isGguf()) {
      return Layout.gguf()
          .with(Role.QUERY_COMPRESSION, "blk.{l}.attn_q_a.weight")
          .with(Role.QUERY_COMPRESSION_NORM, "blk.{l}.attn_q_a_norm.weight")
          .with(Role.QUERY_EXPANSION, "blk.{l}.attn_q_b.weight")
          .with(Role.LATENT, "blk.{l}.attn_kv_a_mqa.weight")
          .with(Role.LATENT_NORM, "blk.{l}.attn_kv_a_norm.weight")
          .with(Role.LATENT_KEY, "blk.{l}.attn_k_b.weight")
          .with(Role.LATENT_VALUE, "blk.{l}.attn_v_b.weight")
          .with(Role.ROUTER_CORRECTION, "blk.{l}.exp_probs_b.bias", "blk.{l}.exp_probs_b");
    }
    String attention = "model.layers.{l}.self_attn.";
    String expansion = attention + "kv_b_proj.weight";
    int plain = config.size("qk_nope_head_dim", "");
    int value = config.size("v_head_dim", "");
    return Standard.withFusedExperts(Layout.huggingFace(), Standard.expertHiddenDim(config))
        .with(Role.QUERY_COMPRESSION, attention + "q_a_proj.weight")
        .with(Role.QUERY_COMPRESSION_NORM, attention + "q_a_layernorm.weight")
        .with(Role.QUERY_EXPANSION, attention + "q_b_proj.weight")
        .with(Role.LATENT, attention + "kv_a_proj_with_mqa.weight")
        .with(Role.LATENT_NORM, attention + "kv_a_layernorm.weight")
        .with(
            Role.LATENT_KEY,
            Stored.section(expansion, 0, plain, plain + value).as(Stored.Form.ROWS_AS_COLUMNS))
        .with(Role.LATENT_VALUE, Stored.section(expansion, plain, value, plain + value));
  }
}
