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
import java.util.Set;

/// Qwen3: Llama with normalized queries and keys.
public final class Qwen3 implements Family {
  @Override
  public String name() {
    return "qwen3";
  }

  @Override
  public Set<String> ggufTypes() {
    return Set.of("qwen3");
  }

  @Override
  public Set<String> huggingFaceTypes() {
    return Set.of("qwen3");
  }

  @Override
  public Architecture architecture(Config config) {
    Normalization norm = Standard.rms(config);
    Mixer.Attention attention = attention(config);
    FeedForward mlp = Standard.gatedMlp(config);
    return Standard.decoder(
        name(),
        config,
        layer -> Layer.preNorm(norm, attention.withWindow(Qwen2.window(config, layer)), mlp));
  }

  static Mixer.Attention attention(Config config) {
    boolean bias = config.flag("attention_bias", "", false);
    return Standard.attention(config, Rope.Pairing.HALVES)
        .withNorms(Mixer.HeadNorms.perHead(Standard.rms(config)))
        .withBiases(bias, bias);
  }

  @Override
  public Layout layout(Config config) {
    return Standard.layout(config);
  }
}
