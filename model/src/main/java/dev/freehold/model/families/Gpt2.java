package dev.freehold.model.families;

import dev.freehold.kernel.Activation;
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

/// GPT-2: learned positions, LayerNorm, biases everywhere.
public final class Gpt2 implements Family {
  @Override
  public String name() {
    return "gpt2";
  }

  @Override
  public Set<String> ggufTypes() {
    return Set.of("gpt2");
  }

  @Override
  public Set<String> huggingFaceTypes() {
    return Set.of("gpt2");
  }

  @Override
  public Architecture architecture(Config config) {
    Normalization norm = new Normalization.Layer((float) Standard.epsilon(config));
    Mixer.Attention attention =
        Mixer.Attention.of(Standard.headsOf(config), new Positions.None()).withBiases(true, true);
    FeedForward mlp =
        new FeedForward.PlainMlp(
            hiddenDim(config),
            new FeedForward.Function.Elementwise(
                config.isGguf() ? Activation.GELU_TANH : Standard.activation(config)),
            true);
    Architecture plain =
        Standard.decoder(name(), config, layer -> Layer.preNorm(norm, attention, mlp));
    return new Architecture(
        plain.family(),
        plain.vocabSize(),
        plain.modelDim(),
        plain.contextLength(),
        new Architecture.Embedding(1, plain.contextLength(), 0, 0),
        plain.layers(),
        norm,
        plain.output());
  }

  private static int hiddenDim(Config config) {
    return config.size("n_inner", "feed_forward_length", 4 * Standard.modelDim(config));
  }

  /// Hugging Face files hold the matrices transposed.
  @Override
  public Layout layout(Config config) {
    if (config.isGguf()) {
      return Standard.withJoinedHeads(
          Layout.gguf(), "blk.{l}.attn_qkv.weight", Standard.headsOf(config));
    }
    int dim = Standard.modelDim(config);
    String block = "transformer.h.{l}.";
    String joined = block + "attn.c_attn.weight";
    return Layout.huggingFace()
        .with(Role.EMBEDDING, "transformer.wte.weight")
        .with(Role.POSITION_EMBEDDING, "transformer.wpe.weight")
        .with(Role.FINAL_NORM, "transformer.ln_f.weight")
        .with(Role.MIXER_NORM, block + "ln_1.weight")
        .with(Role.FEED_FORWARD_NORM, block + "ln_2.weight")
        .with(Role.QUERY, columns(Stored.section(joined, 0, dim, 3 * dim)))
        .with(Role.KEY, columns(Stored.section(joined, dim, dim, 3 * dim)))
        .with(Role.VALUE, columns(Stored.section(joined, 2 * dim, dim, 3 * dim)))
        .with(Role.ATTENTION_OUTPUT, columns(Stored.whole(block + "attn.c_proj.weight")))
        .with(Role.UP, columns(Stored.whole(block + "mlp.c_fc.weight")))
        .with(Role.DOWN, columns(Stored.whole(block + "mlp.c_proj.weight")));
  }

  private static Stored columns(Stored stored) {
    return stored.as(Stored.Form.COLUMNS);
  }
}
