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

/// Qwen2 and Qwen2.5: Llama with biases of queries, keys and values.
public final class Qwen2 implements Family {
  @Override
  public String name() {
    return "qwen2";
  }

  @Override
  public Set<String> ggufTypes() {
    return Set.of("qwen2");
  }

  @Override
  public Set<String> huggingFaceTypes() {
    return Set.of("qwen2");
  }

  @Override
  public Architecture architecture(Config config) {
    Normalization norm = Standard.rms(config);
    Mixer.Attention attention =
        Standard.attention(config, Rope.Pairing.HALVES).withBiases(true, false);
    FeedForward mlp = Standard.gatedMlp(config);
    return Standard.decoder(
        name(),
        config,
        layer -> Layer.preNorm(norm, attention.withWindow(window(config, layer)), mlp));
  }

  /// The window of a layer: `use_sliding_window` switches it on from layer `max_window_layers` on.
  static int window(Config config, int layer) {
    if (!config.flag("use_sliding_window", "", false)) {
      return 0;
    }
    int first = config.count("max_window_layers", "", Integer.MAX_VALUE);
    return Standard.isSliding(config, layer, l -> l >= first)
        ? config.count("sliding_window", "", 0)
        : 0;
  }

  @Override
  public Layout layout(Config config) {
    return Standard.layout(config);
  }
}
