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

/// Ministral 3: Mistral with YaRN and queries that grow with their position.
public final class Ministral3 implements Family {
  @Override
  public String name() {
    return "ministral3";
  }

  @Override
  public Set<String> ggufTypes() {
    return Set.of();
  }

  @Override
  public Set<String> huggingFaceTypes() {
    return Set.of("ministral3");
  }

  @Override
  public Architecture architecture(Config config) {
    Normalization norm = Standard.rms(config);
    Mixer.Attention plain =
        Standard.attention(config, Rope.Pairing.HALVES)
            .withWindow(config.count("sliding_window", "", 0));
    Mixer.Attention attention =
        plain.withScores(plain.scores().withTemperature(temperature(config)));
    FeedForward mlp = Standard.gatedMlp(config);
    return Standard.decoder(name(), config, layer -> Layer.preNorm(norm, attention, mlp));
  }

  private static Mixer.PositionTemperature temperature(Config config) {
    return config
        .section("rope_parameters")
        .filter(rope -> rope.has("llama_4_scaling_beta", ""))
        .map(rope ->
            new Mixer.PositionTemperature(
                rope.real("llama_4_scaling_beta", ""),
                rope.size("original_max_position_embeddings", "")))
        .orElse(Mixer.PositionTemperature.NONE);
  }

  @Override
  public Layout layout(Config config) {
    return Standard.layout(config);
  }
}
