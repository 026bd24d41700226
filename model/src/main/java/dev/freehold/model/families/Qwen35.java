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
import java.util.List;
import java.util.Set;

/// Qwen3.5 and its successors of the same shape: gated delta nets, every fourth layer gated
/// attention.
public final class Qwen35 implements Family {
  @Override
  public String name() {
    return "qwen3.5";
  }

  @Override
  public Set<String> ggufTypes() {
    return Set.of("qwen35");
  }

  @Override
  public Set<String> huggingFaceTypes() {
    return Set.of("qwen3_5", "qwen3_5_text");
  }

  @Override
  public Architecture architecture(Config config) {
    FeedForward mlp = Standard.gatedMlp(config);
    return architecture(name(), config, mlp);
  }

  static Architecture architecture(String name, Config config, FeedForward feedForward) {
    Normalization norm = Standard.rms(config);
    Mixer.Attention attention = Qwen3.attention(config).withGate();
    Mixer net = deltaNet(config);
    return Standard.decoder(
        name,
        config,
        layer -> Layer.preNorm(norm, isFull(config, layer) ? attention : net, feedForward));
  }

  private static boolean isFull(Config config, int layer) {
    List<String> types = config.strings("layer_types", "");
    int interval = config.size("full_attention_interval", "full_attention_interval", 4);
    return types.size() > layer
        ? types.get(layer).equals("full_attention")
        : (layer + 1) % interval == 0;
  }

  /// GGUF files hold the value heads in tiled order.
  private static Mixer deltaNet(Config config) {
    int valueHeads = config.size("linear_num_value_heads", "ssm.time_step_rank");
    int valueDim =
        config.isGguf()
            ? config.size("", "ssm.inner_size") / valueHeads
            : config.size("linear_value_head_dim", "");
    return new Mixer.GatedDeltaNet(
        config.size("linear_num_key_heads", "ssm.group_count"),
        valueHeads,
        config.size("linear_key_head_dim", "ssm.state_size"),
        valueDim,
        config.size("linear_conv_kernel_dim", "ssm.conv_kernel"),
        config.isGguf(),
        (float) Standard.epsilon(config));
  }

  @Override
  public Layout layout(Config config) {
    if (config.isGguf()) {
      return Layout.gguf()
          .with(Role.FEED_FORWARD_NORM, "blk.{l}.post_attention_norm.weight")
          .with(Role.DELTA_INPUT, "blk.{l}.attn_qkv.weight")
          .with(Role.DELTA_GATE, "blk.{l}.attn_gate.weight")
          .with(Role.DELTA_BETA, "blk.{l}.ssm_beta.weight")
          .with(Role.DELTA_ALPHA, "blk.{l}.ssm_alpha.weight")
          .with(Role.DELTA_OUTPUT, "blk.{l}.ssm_out.weight")
          .with(Role.DELTA_NORM, "blk.{l}.ssm_norm.weight")
          .with(Role.CONVOLUTION, "blk.{l}.ssm_conv1d.weight")
          .with(Role.TIME_STEP_BIAS, "blk.{l}.ssm_dt.bias")
          .with(Role.DECAY, "blk.{l}.ssm_a");
    }
    String net = "model.layers.{l}.linear_attn.";
    return Layout.huggingFace()
        .withPlusOne(
            Role.MIXER_NORM,
            Role.FEED_FORWARD_NORM,
            Role.QUERY_NORM,
            Role.KEY_NORM,
            Role.FINAL_NORM)
        .withLogarithmicDecay()
        .with(Role.DELTA_INPUT, net + "in_proj_qkv.weight")
        .with(Role.DELTA_GATE, net + "in_proj_z.weight")
        .with(Role.DELTA_BETA, net + "in_proj_b.weight")
        .with(Role.DELTA_ALPHA, net + "in_proj_a.weight")
        .with(Role.DELTA_OUTPUT, net + "out_proj.weight")
        .with(Role.DELTA_NORM, net + "norm.weight")
        .with(Role.CONVOLUTION, net + "conv1d.weight")
        .with(Role.TIME_STEP_BIAS, net + "dt_bias")
        .with(Role.DECAY, net + "A_log");
  }
}
