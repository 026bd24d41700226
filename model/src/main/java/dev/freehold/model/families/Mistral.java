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

/// Mistral: Llama with a sliding window. Its GGUF files are those of Llama.
public final class Mistral implements Family {
  @Override
  public String name() {
    return "mistral";
  }

  @Override
  public Set<String> ggufTypes() {
    return Set.of();
  }

  @Override
  public Set<String> huggingFaceTypes() {
    return Set.of("mistral");
  }

  @Override
  public Architecture architecture(Config config) {
    Normalization norm = Standard.rms(config);
    Mixer.Attention attention =
        Standard.attention(config, Rope.Pairing.HALVES)
            .withWindow(config.count("sliding_window", "", 0));
    FeedForward mlp = Standard.gatedMlp(config);
    return Standard.decoder(name(), config, layer -> Layer.preNorm(norm, attention, mlp));
  }

  @Override
  public Layout layout(Config config) {
    return Standard.layout(config);
  }
}
