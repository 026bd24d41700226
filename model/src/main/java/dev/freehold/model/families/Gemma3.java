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
import java.util.Map;
import java.util.Set;

/// Gemma 3: Gemma 2 with normalized queries and keys instead of caps, five of six layers with a
/// window and rotary positions of their own.
public final class Gemma3 implements Family {
  @Override
  public String name() {
    return "gemma3";
  }

  @Override
  public Set<String> ggufTypes() {
    return Set.of("gemma3");
  }

  @Override
  public Set<String> huggingFaceTypes() {
    return Set.of("gemma3", "gemma3_text");
  }

  private static final int LAYERS_OF_27B = 62;
  private static final int DEFAULT_PATTERN = 6;
  private static final double DEFAULT_BASE = 1e6;
  private static final double DEFAULT_WINDOW_BASE = 1e4;

  @Override
  public Architecture architecture(Config given) {
    Config config = given.withDefaults(defaults(given));
    Normalization norm = Standard.rms(config);
    Mixer.Attention full = attention(config, false);
    Mixer.Attention sliding =
        attention(config, true)
            .withWindow(config.size("sliding_window", "attention.sliding_window"));
    int pattern =
        config.size("sliding_window_pattern|_sliding_window_pattern", "", DEFAULT_PATTERN);
    FeedForward mlp = Gemma2.mlp(config);
    return Gemma2.finish(
        config,
        Standard.decoder(
            name(),
            config,
            layer ->
                Layer.sandwich(
                    norm,
                    Standard.isSliding(config, layer, l -> (l + 1) % pattern != 0) ? sliding : full,
                    mlp)));
  }

  /// What transformers assumes where a config.json is silent, as those of multimodal models are.
  private static Map<String, Object> defaults(Config config) {
    return config.isGguf()
        ? Map.of()
        : Map.ofEntries(
            Map.entry("vocab_size", 262_208L),
            Map.entry("hidden_size", 2304L),
            Map.entry("intermediate_size", 9216L),
            Map.entry("num_hidden_layers", 26L),
            Map.entry("num_attention_heads", 8L),
            Map.entry("num_key_value_heads", 4L),
            Map.entry("head_dim", 256L),
            Map.entry("max_position_embeddings", 131_072L),
            Map.entry("rms_norm_eps", 1e-6),
            Map.entry("query_pre_attn_scalar", 256L),
            Map.entry("sliding_window", 4096L));
  }

  private static Mixer.Attention attention(Config config, boolean sliding) {
    return Standard.attention(config, Rope.Pairing.HALVES)
        .withNorms(Mixer.HeadNorms.perHead(Standard.rms(config)))
        .withScores(Mixer.Scores.of(Gemma2.scale(config, LAYERS_OF_27B)))
        .withPositions(rotary(config, sliding));
  }

  private static Positions.Rotary rotary(Config config, boolean sliding) {
    int headDim = Standard.headDim(config);
    if (config.isGguf()) {
      Positions.Rotary full = RopeSettings.of(config, headDim, Rope.Pairing.HALVES);
      double base = config.real("", "rope.freq_base_swa", DEFAULT_WINDOW_BASE);
      return sliding
          ? new Positions.Rotary(full.dims(), base, full.pairing(), new Positions.Scaling.None())
          : full;
    }
    if (sliding && config.section("rope_parameters").isEmpty()) {
      double base = config.real("rope_local_base_freq", "", DEFAULT_WINDOW_BASE);
      return new Positions.Rotary(headDim, base, Rope.Pairing.HALVES, new Positions.Scaling.None());
    }
    return RopeSettings.huggingFace(
        config,
        sliding ? "sliding_attention" : "full_attention",
        headDim,
        Rope.Pairing.HALVES,
        sliding ? DEFAULT_WINDOW_BASE : DEFAULT_BASE);
  }

  @Override
  public Layout layout(Config config) {
    return Gemma2.sandwichNorms(config);
  }
}
