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

/// Llama 2 and 3 and what is built like them: grouped-query attention, rotary positions, SwiGLU.
public final class Llama implements Family {
  @Override
  public String name() {
    return "llama";
  }

  @Override
  public Set<String> ggufTypes() {
    return Set.of("llama");
  }

  @Override
  public Set<String> huggingFaceTypes() {
    return Set.of("llama");
  }

  @Override
  public Architecture architecture(Config config) {
    Normalization norm = Standard.rms(config);
    Mixer.Attention attention = attention(config);
    FeedForward mlp = Standard.gatedMlp(config);
    return Standard.decoder(name(), config, layer -> Layer.preNorm(norm, attention, mlp));
  }

  /// In GGUF files the rows of queries and keys are in the order of RoFormer's pairs.
  static Mixer.Attention attention(Config config) {
    return Standard.attention(
            config, config.isGguf() ? Rope.Pairing.NEIGHBOURS : Rope.Pairing.HALVES)
        .withBiases(
            config.flag("attention_bias", "", config.tensor("blk.0.attn_q.bias").isPresent()),
            config.flag("attention_bias", "", config.tensor("blk.0.attn_output.bias").isPresent()));
  }

  @Override
  public Layout layout(Config config) {
    return Standard.layout(config);
  }
}
