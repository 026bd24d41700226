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

/// OLMo 2: norms after the blocks, queries and keys normalized over all heads together.
public final class Olmo2 implements Family {
  @Override
  public String name() {
    return "olmo2";
  }

  @Override
  public Set<String> ggufTypes() {
    return Set.of("olmo2");
  }

  @Override
  public Set<String> huggingFaceTypes() {
    return Set.of("olmo2");
  }

  @Override
  public Architecture architecture(Config config) {
    Normalization norm = Standard.rms(config);
    Mixer.Attention attention = attention(config);
    FeedForward mlp = Standard.gatedMlp(config);
    return Standard.decoder(name(), config, layer -> Layer.postNorm(norm, attention, mlp));
  }

  static Mixer.Attention attention(Config config) {
    boolean bias = config.flag("attention_bias", "", false);
    return Standard.attention(config, Rope.Pairing.HALVES)
        .withNorms(Mixer.HeadNorms.whole(Standard.rms(config)))
        .withBiases(bias, bias);
  }

  @Override
  public Layout layout(Config config) {
    return postNorms(config);
  }

  static Layout postNorms(Config config) {
    return config.isGguf()
        ? Layout.gguf()
        : Layout.huggingFace()
            .with(Role.MIXER_POST_NORM, "model.layers.{l}.post_attention_layernorm.weight")
            .with(
                Role.FEED_FORWARD_POST_NORM, "model.layers.{l}.post_feedforward_layernorm.weight");
  }
}
