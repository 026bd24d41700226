package dev.freehold.model.families;

import dev.freehold.model.Architecture;
import dev.freehold.model.Config;
import dev.freehold.model.Family;
import dev.freehold.model.FeedForward;
import dev.freehold.model.Layer;
import dev.freehold.model.Layout;
import dev.freehold.model.Mixer;
import dev.freehold.model.Normalization;
import dev.freehold.model.Positions;
import java.util.List;
import java.util.Set;

/// SmolLM3: Llama with every fourth layer free of rotary positions.
public final class SmolLm3 implements Family {
  @Override
  public String name() {
    return "smollm3";
  }

  @Override
  public Set<String> ggufTypes() {
    return Set.of("smollm3");
  }

  @Override
  public Set<String> huggingFaceTypes() {
    return Set.of("smollm3");
  }

  private static final int DEFAULT_INTERVAL = 4;

  @Override
  public Architecture architecture(Config config) {
    Normalization norm = Standard.rms(config);
    Mixer.Attention attention = Llama.attention(config);
    FeedForward mlp = Standard.gatedMlp(config);
    return Standard.decoder(
        name(),
        config,
        layer -> {
          Mixer.Attention windowed = attention.withWindow(Qwen2.window(config, layer));
          return Layer.preNorm(
              norm,
              rotates(config, layer) ? windowed : windowed.withPositions(new Positions.None()),
              mlp);
        });
  }

  private static boolean rotates(Config config, int layer) {
    List<Double> rotating = config.reals("no_rope_layers", "");
    int interval = config.size("no_rope_layer_interval", "", DEFAULT_INTERVAL);
    return rotating.size() > layer ? rotating.get(layer) != 0 : (layer + 1) % interval != 0;
  }

  @Override
  public Layout layout(Config config) {
    return Standard.layout(config);
  }
}
