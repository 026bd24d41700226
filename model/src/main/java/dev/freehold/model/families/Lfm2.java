package dev.freehold.model.families;

import dev.freehold.kernel.Activation;
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
import java.util.List;
import java.util.Set;

/// LFM2: gated short convolutions, some layers attention.
public final class Lfm2 implements Family {
  @Override
  public String name() {
    return "lfm2";
  }

  @Override
  public Set<String> ggufTypes() {
    return Set.of();
  }

  @Override
  public Set<String> huggingFaceTypes() {
    return Set.of("lfm2");
  }

  @Override
  public Architecture architecture(Config config) {
    Normalization norm = Standard.rms(config);
    Mixer attention =
        Standard.attention(config, Rope.Pairing.HALVES).withNorms(Mixer.HeadNorms.perHead(norm));
    Mixer convolution =
        new Mixer.ShortConvolution(
            config.size("conv_L_cache", ""), config.flag("conv_bias", "", false));
    FeedForward mlp =
        new FeedForward.GatedMlp(
            hiddenDim(config), new FeedForward.Gate.Activated(Activation.SILU), false);
    return Standard.decoder(
        name(),
        config,
        layer -> Layer.preNorm(norm, isAttention(config, layer) ? attention : convolution, mlp));
  }

  private static boolean isAttention(Config config, int layer) {
    List<String> types = config.strings("layer_types", "");
    return types.size() > layer
        ? types.get(layer).equals("full_attention")
        : config.reals("full_attn_idxs", "").contains((double) layer);
  }

  /// Two thirds of the stated length, times a factor, rounded up to a multiple.
  private static int hiddenDim(Config config) {
    int stated = config.size("intermediate_size|block_ff_dim", "");
    if (!config.flag("block_auto_adjust_ff_dim", "", true)) {
      return stated;
    }
    double factor = config.real("block_ffn_dim_multiplier", "", 1);
    int multiple = config.size("block_multiple_of", "", 256);
    int adjusted = (int) (factor * (2L * stated / 3));
    return Math.ceilDiv(adjusted, multiple) * multiple;
  }

  @Override
  public Layout layout(Config config) {
    String layer = "model.layers.{l}.";
    return Layout.huggingFace()
        .with(Role.FINAL_NORM, "model.embedding_norm.weight")
        .with(Role.MIXER_NORM, layer + "operator_norm.weight")
        .with(Role.FEED_FORWARD_NORM, layer + "ffn_norm.weight")
        .with(Role.QUERY_NORM, layer + "self_attn.q_layernorm.weight")
        .with(Role.KEY_NORM, layer + "self_attn.k_layernorm.weight")
        .with(Role.ATTENTION_OUTPUT, layer + "self_attn.out_proj.weight")
        .with(Role.GATE, layer + "feed_forward.w1.weight")
        .with(Role.UP, layer + "feed_forward.w3.weight")
        .with(Role.DOWN, layer + "feed_forward.w2.weight")
        .with(Role.CONVOLUTION, layer + "conv.conv.weight")
        .with(Role.CONVOLUTION_BIAS, layer + "conv.conv.bias")
        .with(Role.CONVOLUTION_INPUT, layer + "conv.in_proj.weight")
        .with(Role.CONVOLUTION_OUTPUT, layer + "conv.out_proj.weight");
  }
}
