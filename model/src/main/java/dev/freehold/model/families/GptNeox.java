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
import dev.freehold.model.Stored;
import java.util.Set;

/// GPT-NeoX and Pythia: LayerNorm, attention and feed-forward block side by side, biases
/// everywhere.
public final class GptNeox implements Family {
  @Override
  public String name() {
    return "gpt-neox";
  }

  @Override
  public Set<String> ggufTypes() {
    return Set.of("gptneox");
  }

  @Override
  public Set<String> huggingFaceTypes() {
    return Set.of("gpt_neox");
  }

  @Override
  public Architecture architecture(Config config) {
    Normalization norm = new Normalization.Layer((float) Standard.epsilon(config));
    boolean bias = config.flag("attention_bias", "", true);
    Mixer.Attention attention =
        Standard.attention(config, Rope.Pairing.HALVES).withBiases(bias, bias);
    FeedForward mlp =
        new FeedForward.PlainMlp(
            Standard.hiddenDim(config),
            new FeedForward.Function.Elementwise(
                config.isGguf() ? Activation.GELU_ERF : Standard.activation(config)),
            true);
    Layer.Residual residual =
        config.flag("use_parallel_residual", "use_parallel_residual", true)
            ? Layer.Residual.PARALLEL
            : Layer.Residual.SEQUENTIAL;
    Layer layer = Layer.preNorm(norm, attention, mlp).withResidual(residual, 1);
    return Standard.withFinalNorm(Standard.decoder(name(), config, l -> layer), norm);
  }

  /// Hugging Face files hold queries, keys and values of each head beside each other.
  @Override
  public Layout layout(Config config) {
    if (config.isGguf()) {
      return Standard.withJoinedHeads(
          Layout.gguf(), "blk.{l}.attn_qkv.weight", Standard.headsOf(config));
    }
    int dim = Standard.headDim(config);
    String layer = "gpt_neox.layers.{l}.";
    String joined = layer + "attention.query_key_value.weight";
    return Layout.huggingFace()
        .with(Role.EMBEDDING, "gpt_neox.embed_in.weight")
        .with(Role.FINAL_NORM, "gpt_neox.final_layer_norm.weight")
        .with(Role.OUTPUT, "embed_out.weight")
        .with(Role.MIXER_NORM, layer + "input_layernorm.weight")
        .with(Role.FEED_FORWARD_NORM, layer + "post_attention_layernorm.weight")
        .with(Role.QUERY, Stored.interleaved(joined, 0, dim, 3 * dim))
        .with(Role.KEY, Stored.interleaved(joined, dim, dim, 3 * dim))
        .with(Role.VALUE, Stored.interleaved(joined, 2 * dim, dim, 3 * dim))
        .with(Role.ATTENTION_OUTPUT, layer + "attention.dense.weight")
        .with(Role.UP, layer + "mlp.dense_h_to_4h.weight")
        .with(Role.DOWN, layer + "mlp.dense_4h_to_h.weight");
  }
}
