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
import dev.freehold.model.Positions;
import dev.freehold.model.Role;
import dev.freehold.model.Stored;
import java.util.List;
import java.util.Set;

/// Granite 4: Mamba-2 layers and some of attention, a dense block or experts with a shared one.
public final class GraniteHybrid implements Family {
  @Override
  public String name() {
    return "granite-hybrid";
  }

  @Override
  public Set<String> ggufTypes() {
    return Set.of();
  }

  @Override
  public Set<String> huggingFaceTypes() {
    return Set.of("granitemoehybrid");
  }

  @Override
  public Architecture architecture(Config config) {
    if (config.flag("mamba_proj_bias", "", false)) {
      throw new ModelException("config.json mamba_proj_bias: expected false, found true");
    }
    Normalization norm = Standard.rms(config);
    Mixer attention = attention(config);
    Mixer mamba = mamba(config);
    FeedForward feedForward = feedForward(config);
    float residual = Granite.residualScale(config);
    List<String> types = config.strings("layer_types|layers_block_type", "");
    if (types.size() < config.layers()) {
      throw new ModelException(
          "config.json layer_types: %d entries for %d layers"
              .formatted(types.size(), config.layers()));
    }
    return Granite.finish(
        config,
        Standard.decoder(
            name(),
            config,
            layer ->
                Layer.preNorm(norm, isMamba(types.get(layer)) ? mamba : attention, feedForward)
                    .withResidual(Layer.Residual.SEQUENTIAL, residual)));
  }

  private static boolean isMamba(String type) {
    return type.equals("mamba") || type.equals("linear_attention");
  }

  private static Mixer attention(Config config) {
    Mixer.Attention attention = Granite.attention(config);
    return config.string("position_embedding_type", "", "rope").equals("rope")
        ? attention
        : attention.withPositions(new Positions.None());
  }

  private static Mixer mamba(Config config) {
    int heads = config.size("mamba_n_heads", "");
    int inner = config.size("mamba_expand", "", 2) * Standard.modelDim(config);
    List<Double> limits = config.reals("time_step_limit", "");
    return new Mixer.Mamba2(
        heads,
        config.size("mamba_n_groups", "", 1),
        config.size("mamba_d_head", "", Math.max(1, inner / heads)),
        config.size("mamba_d_state", ""),
        config.size("mamba_d_conv", ""),
        config.flag("mamba_conv_bias", "", true),
        limits.size() == 2 ? limits.get(0).floatValue() : 0,
        limits.size() == 2 ? limits.get(1).floatValue() : Float.POSITIVE_INFINITY,
        (float) Standard.epsilon(config));
  }

  private static FeedForward feedForward(Config config) {
    int shared = config.size("shared_intermediate_size", "");
    FeedForward.Gate gate = new FeedForward.Gate.Activated(Standard.activation(config));
    return config.count("num_local_experts", "", 0) == 0
        ? new FeedForward.GatedMlp(shared, gate, false)
        : Standard.experts(
            config,
            Standard.hiddenDim(config),
            FeedForward.Router.of(FeedForward.Scoring.SOFTMAX_OF_CHOSEN, false),
            new FeedForward.Shared.Always(shared, false));
  }

  @Override
  public Layout layout(Config config) {
    String layer = "model.layers.{l}.";
    int shared = config.size("shared_intermediate_size", "");
    int expert = config.size("intermediate_size", "", 1);
    String dense = layer + "shared_mlp.input_linear.weight";
    String experts = layer + "block_sparse_moe.input_linear.weight";
    return Layout.huggingFace()
        .withLogarithmicDecay()
        .with(Role.GATE, Stored.section(dense, 0, shared, 2 * shared))
        .with(Role.UP, Stored.section(dense, shared, shared, 2 * shared))
        .with(Role.DOWN, layer + "shared_mlp.output_linear.weight")
        .with(Role.SHARED_GATE, Stored.section(dense, 0, shared, 2 * shared))
        .with(Role.SHARED_UP, Stored.section(dense, shared, shared, 2 * shared))
        .with(Role.SHARED_DOWN, layer + "shared_mlp.output_linear.weight")
        .with(Role.ROUTER, layer + "block_sparse_moe.router.layer.weight")
        .with(Role.EXPERT_GATE, Stored.section(experts, 0, expert, 2 * expert))
        .with(Role.EXPERT_UP, Stored.section(experts, expert, expert, 2 * expert))
        .with(Role.EXPERT_DOWN, layer + "block_sparse_moe.output_linear.weight")
        .with(Role.MAMBA_INPUT, layer + "mamba.in_proj.weight")
        .with(Role.MAMBA_OUTPUT, layer + "mamba.out_proj.weight")
        .with(Role.MAMBA_NORM, layer + "mamba.norm.weight")
        .with(Role.MAMBA_SKIP, layer + "mamba.D")
        .with(Role.DECAY, layer + "mamba.A_log")
        .with(Role.TIME_STEP_BIAS, layer + "mamba.dt_bias")
        .with(Role.CONVOLUTION, layer + "mamba.conv1d.weight")
        .with(Role.CONVOLUTION_BIAS, layer + "mamba.conv1d.bias");
  }
}
