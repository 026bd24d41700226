package dev.freehold.model.families;

import dev.freehold.kernel.Rope;
import dev.freehold.model.Architecture;
import dev.freehold.model.Config;
import dev.freehold.model.Family;
import dev.freehold.model.FeedForward;
import dev.freehold.model.Layer;
import dev.freehold.model.Layout;
import dev.freehold.model.Mixer;
import dev.freehold.model.ModelException;
import dev.freehold.model.Normalization;
import dev.freehold.model.Role;
import dev.freehold.model.Stored;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Gemma 4: wider heads in full attention, embeddings per layer, shared keys and values, experts
/// beside the dense block.
public final class Gemma4 implements Family {
  @Override
  public String name() {
    return "gemma4";
  }

  @Override
  public Set<String> ggufTypes() {
    return Set.of();
  }

  @Override
  public Set<String> huggingFaceTypes() {
    return Set.of("gemma4", "gemma4_text");
  }

  private static final String FULL = "full_attention";
  private static final String SLIDING = "sliding_attention";

  @Override
  public Architecture architecture(Config config) {
    Normalization norm = Standard.rms(config);
    List<String> types = config.strings("layer_types", "");
    if (types.size() < config.layers()) {
      throw new ModelException(
          "config.json layer_types: %d entries for %d layers"
              .formatted(types.size(), config.layers()));
    }
    int perLayerDim = config.count("hidden_size_per_layer_input", "", 0);
    Layer.Ending ending = new Layer.Ending(perLayerDim > 0, true);
    Architecture plain =
        Gemma2.finish(
            config,
            Standard.decoder(
                name(),
                config,
                layer ->
                    Layer.sandwich(
                            norm, attention(config, types, layer), feedForward(config, layer))
                        .withEnding(ending)));
    return perLayerDim == 0
        ? plain
        : Standard.withEmbedding(
            plain,
            new Architecture.Embedding(
                plain.embedding().scale(),
                0,
                perLayerDim,
                config.size("vocab_size_per_layer_input", "", plain.vocabSize())));
  }

  private static int firstShared(Config config) {
    return config.layers() - config.count("num_kv_shared_layers", "", 0);
  }

  private static Mixer attention(Config config, List<String> types, int layer) {
    boolean full = types.get(layer).equals(FULL);
    int headDim = headDim(config, layer, full);
    Normalization norm = Standard.rms(config);
    Normalization values = new Normalization.Rms((float) Standard.epsilon(config), false);
    return Mixer.Attention.of(
            new Mixer.Heads(Standard.heads(config), keyValueHeads(config, layer, full), headDim),
            RopeSettings.huggingFace(
                config, full ? FULL : SLIDING, headDim, Rope.Pairing.HALVES, full ? 1e6 : 1e4))
        .withNorms(new Mixer.HeadNorms(norm, false, values))
        .withScores(Mixer.Scores.of(1).withWindow(full ? 0 : config.size("sliding_window", "")))
        .withSource(source(config, types, layer, full));
  }

  private static Optional<Config> ownSettings(Config config, int layer) {
    return config.section("per_layer_config").flatMap(all -> all.section(Integer.toString(layer)));
  }

  private static int headDim(Config config, int layer, boolean full) {
    int shared =
        full
            ? config.size("global_head_dim", "", Standard.headDim(config))
            : Standard.headDim(config);
    return ownSettings(config, layer).map(own -> own.size("head_dim", "", shared)).orElse(shared);
  }

  private static int keyValueHeads(Config config, int layer, boolean full) {
    int standard = Standard.keyValueHeads(config);
    int shared =
        full && keysAreValues(config)
            ? config.size("num_global_key_value_heads", "", standard)
            : standard;
    return ownSettings(config, layer)
        .map(own -> own.size("num_key_value_heads", "", shared))
        .orElse(shared);
  }

  private static boolean keysAreValues(Config config) {
    return config.flag("attention_k_eq_v", "", false);
  }

  /// The last layers share the keys and values of the last layer of their kind before them.
  private static Mixer.KeyValueSource source(
      Config config, List<String> types, int layer, boolean full) {
    int firstShared = firstShared(config);
    if (layer >= firstShared && firstShared > 0) {
      return new Mixer.KeyValueSource.SharedWith(
          types.subList(0, firstShared).lastIndexOf(types.get(layer)));
    }
    return full && keysAreValues(config)
        ? new Mixer.KeyValueSource.KeysAsValues()
        : new Mixer.KeyValueSource.Projected();
  }

  private static FeedForward feedForward(Config config, int layer) {
    int firstShared = firstShared(config);
    boolean wide =
        config.flag("use_double_wide_mlp", "", false) && layer >= firstShared && firstShared > 0;
    FeedForward.GatedMlp plain = Gemma2.mlp(config);
    FeedForward.GatedMlp dense =
        new FeedForward.GatedMlp(
            Math.multiplyExact(plain.hiddenDim(), wide ? 2 : 1), plain.gate(), false);
    return config.flag("enable_moe_block", "", false)
        ? new FeedForward.DenseAndExperts(dense, experts(config), Standard.rms(config))
        : dense;
  }

  private static FeedForward.MixtureOfExperts experts(Config config) {
    return Standard.experts(
        config,
        Standard.expertHiddenDim(config),
        new FeedForward.Router(
            FeedForward.Scoring.SOFTMAX,
            false,
            false,
            true,
            1,
            1,
            1,
            FeedForward.Router.Input.SCALED_RESIDUAL),
        new FeedForward.Shared.None());
  }

  @Override
  public Layout layout(Config config) {
    String layer = "model.layers.{l}.";
    Layout layout =
        Gemma2.huggingFaceNames()
            .with(Role.LAYER_EMBEDDING, "model.embed_tokens_per_layer.weight")
            .with(Role.LAYER_EMBEDDING_PROJECTION, "model.per_layer_model_projection.weight")
            .with(Role.LAYER_EMBEDDING_NORM, "model.per_layer_projection_norm.weight")
            .with(Role.LAYER_INPUT_GATE, layer + "per_layer_input_gate.weight")
            .with(Role.LAYER_INPUT_PROJECTION, layer + "per_layer_projection.weight")
            .with(Role.LAYER_INPUT_NORM, layer + "post_per_layer_input_norm.weight")
            .with(Role.LAYER_SCALE, layer + "layer_scalar");
    if (!config.flag("enable_moe_block", "", false)) {
      return layout;
    }
    int hidden = Standard.expertHiddenDim(config);
    String gateAndUp = layer + "experts.gate_up_proj";
    return layout
        .with(Role.ROUTER, layer + "router.proj.weight")
        .with(Role.ROUTER_SCALE, layer + "router.scale")
        .with(Role.EXPERT_SCALE, layer + "router.per_expert_scale")
        .with(Role.EXPERT_GATE, Stored.section(gateAndUp, 0, hidden, 2 * hidden))
        .with(Role.EXPERT_UP, Stored.section(gateAndUp, hidden, hidden, 2 * hidden))
        .with(Role.EXPERT_DOWN, layer + "experts.down_proj")
        .with(Role.DENSE_POST_NORM, layer + "post_feedforward_layernorm_1.weight")
        .with(Role.EXPERTS_NORM, layer + "pre_feedforward_layernorm_2.weight")
        .with(Role.EXPERTS_POST_NORM, layer + "post_feedforward_layernorm_2.weight");
  }
}
