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
import dev.freehold.model.Positions;
import java.util.Set;

/// OLMo 3: OLMo 2 with a sliding window in three of four layers. Its GGUF files say olmo2 and have
/// a window.
public final class Olmo3 implements Family {
  @Override
  public String name() {
    return "olmo3";
  }

  @Override
  public Set<String> ggufTypes() {
    return Set.of("olmo2");
  }

  @Override
  public Set<String> huggingFaceTypes() {
    return Set.of("olmo3");
  }

  @Override
  public boolean accepts(Config config) {
    return !config.isGguf() || config.has("", "attention.sliding_window");
  }

  @Override
  public Architecture architecture(Config config) {
    Normalization norm = Standard.rms(config);
    Mixer.Attention full = attention(config, "full_attention");
    Mixer.Attention sliding =
        attention(config, "sliding_attention")
            .withWindow(config.size("sliding_window", "attention.sliding_window"));
    FeedForward mlp = Standard.gatedMlp(config);
    return Standard.decoder(
        name(),
        config,
        layer ->
            Layer.postNorm(
                norm,
                Standard.isSliding(config, layer, l -> (l + 1) % 4 != 0) ? sliding : full,
                mlp));
  }

  /// Scaled frequencies are for full attention only.
  private static Mixer.Attention attention(Config config, String layerType) {
    Mixer.Attention attention = Olmo2.attention(config);
    Positions.Rotary rotary =
        RopeSettings.ofLayerType(config, layerType, Standard.headDim(config), Rope.Pairing.HALVES);
    return attention.withPositions(
        layerType.equals("sliding_attention") ? RopeSettings.unscaled(rotary) : rotary);
  }

  @Override
  public Layout layout(Config config) {
    return Olmo2.postNorms(config);
  }
}
