package dev.freehold.model.families;

import dev.freehold.kernel.Rope;
import dev.freehold.model.Architecture;
import dev.freehold.model.Config;
import dev.freehold.model.Family;
import dev.freehold.model.FeedForward;
import dev.freehold.model.Layer;
import dev.freehold.model.Layout;
import dev.freehold.model.Mixer;
import dev.freehold.model.ModelException;
import dev.freehold.model.Normalization;
import dev.freehold.model.Role;
import dev.freehold.model.Stored;
import java.util.Set;

/// gpt-oss: attention with sinks, every other layer with a window, experts with clamped gates.
public final class GptOss implements Family {
  @Override
  public String name() {
    return "gpt-oss";
  }

  @Override
  public Set<String> ggufTypes() {
    return Set.of("gpt-oss");
  }

  @Override
  public Set<String> huggingFaceTypes() {
    return Set.of("gpt_oss");
  }

  private static final float ALPHA = 1.702f;
  private static final double DEFAULT_LIMIT = 7;

  @Override
  public Architecture architecture(Config config) {
    refuseMxfp4(config);
    Normalization norm = Standard.rms(config);
    Mixer.Attention full = Standard.attention(config, Rope.Pairing.HALVES).withBiases(true, true);
    Mixer.Attention withSinks = full.withScores(full.scores().withSinks());
    int window = config.size("sliding_window", "attention.sliding_window");
    FeedForward experts = experts(config);
    return Standard.decoder(
        name(),
        config,
        layer ->
            Layer.preNorm(
                norm,
                Standard.isSliding(config, layer, l -> l % 2 == 0)
                    ? withSinks.withWindow(window)
                    : withSinks,
                experts));
  }

  private static FeedForward experts(Config config) {
    return new FeedForward.MixtureOfExperts(
        Standard.expertCount(config),
        config.size("num_experts_per_tok|experts_per_token", "expert_used_count"),
        hiddenDim(config),
        new FeedForward.Gate.Clamped(ALPHA, (float) config.real("swiglu_limit", "", DEFAULT_LIMIT)),
        true,
        new FeedForward.Router(
            FeedForward.Scoring.SOFTMAX_OF_CHOSEN,
            true,
            false,
            false,
            1,
            1,
            1,
            FeedForward.Router.Input.AS_EXPERTS),
        new FeedForward.Shared.None());
  }

  private static int hiddenDim(Config config) {
    return config.size("intermediate_size", "expert_feed_forward_length");
  }

  private static void refuseMxfp4(Config config) {
    if (config.tensor("model.layers.0.mlp.experts.gate_up_proj_blocks").isPresent()) {
      throw new ModelException(
          "model.layers.0.mlp.experts.gate_up_proj_blocks: MXFP4 experts in safetensors are not"
              + " supported; use the GGUF of this model");
    }
  }

  /// Hugging Face files hold the experts transposed, with the columns of gate and up alternating.
  @Override
  public Layout layout(Config config) {
    if (config.isGguf()) {
      return Layout.gguf()
          .with(
              Role.FEED_FORWARD_NORM,
              "blk.{l}.post_attention_norm.weight",
              "blk.{l}.ffn_norm.weight");
    }
    String experts = "model.layers.{l}.mlp.experts.";
    return Layout.huggingFace()
        .with(Role.ROUTER, "model.layers.{l}.mlp.router.weight")
        .with(
            Role.EXPERT_GATE,
            Stored.interleaved(experts + "gate_up_proj", 0, 1, 2).as(Stored.Form.COLUMNS))
        .with(
            Role.EXPERT_UP,
            Stored.interleaved(experts + "gate_up_proj", 1, 1, 2).as(Stored.Form.COLUMNS))
        .with(Role.EXPERT_DOWN, Stored.whole(experts + "down_proj").as(Stored.Form.COLUMNS));
  }
}
