package dev.freehold.model.families;

import dev.freehold.kernel.Activation;
import dev.freehold.kernel.Rope;
import dev.freehold.model.Architecture;
import dev.freehold.model.Config;
import dev.freehold.model.FeedForward;
import dev.freehold.model.Layer;
import dev.freehold.model.Layout;
import dev.freehold.model.Mixer;
import dev.freehold.model.ModelException;
import dev.freehold.model.Normalization;
import dev.freehold.model.Role;
import dev.freehold.model.Stored;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import java.util.function.IntPredicate;

/// The parts that most decoder families read alike from their metadata.
final class Standard {
  private static final String EPSILON = "rms_norm_eps|norm_eps|layer_norm_eps|layer_norm_epsilon";
  private static final String GGUF_EPSILON =
      "attention.layer_norm_rms_epsilon|attention.layer_norm_epsilon";

  private Standard() {}

  static int modelDim(Config config) {
    return config.size("hidden_size|n_embd", "embedding_length");
  }

  static int vocabSize(Config config) {
    if (config.isGguf()) {
      config.size("", "vocab_size", 1);
      return config
          .tensor("token_embd.weight")
          .map(table -> Math.toIntExact(table.rows()))
          .orElseGet(() -> config.size("", "vocab_size"));
    }
    return config.size("vocab_size", "");
  }

  static int contextLength(Config config) {
    return config.size("max_position_embeddings|n_positions|n_ctx", "context_length");
  }

  static int heads(Config config) {
    return config.size("num_attention_heads|n_head", "attention.head_count");
  }

  static int keyValueHeads(Config config) {
    return config.size("num_key_value_heads", "attention.head_count_kv", heads(config));
  }

  /// Length of a head: stated, or the width shared by all heads.
  static int headDim(Config config) {
    if (config.has("head_dim", "attention.key_length")) {
      return config.size("head_dim", "attention.key_length");
    }
    int modelDim = modelDim(config);
    if (modelDim % heads(config) != 0) {
      throw new ModelException(
          "head_dim: not stated, and the width %d is no multiple of %d heads"
              .formatted(modelDim, heads(config)));
    }
    return modelDim / heads(config);
  }

  static double epsilon(Config config) {
    return config.real(EPSILON, GGUF_EPSILON);
  }

  static Normalization rms(Config config) {
    return Normalization.rms(epsilon(config));
  }

  /// Grouped-query attention with rotary positions.
  static Mixer.Attention attention(Config config, Rope.Pairing pairing) {
    int headDim = headDim(config);
    int valueDim = config.isGguf() ? config.size("", "attention.value_length", headDim) : headDim;
    return Mixer.Attention.of(
        new Mixer.Heads(heads(config), keyValueHeads(config), headDim, valueDim),
        RopeSettings.of(config, headDim, pairing));
  }

  static Mixer.Heads headsOf(Config config) {
    int headDim = headDim(config);
    return new Mixer.Heads(heads(config), keyValueHeads(config), headDim);
  }

  /// A SwiGLU block, or with the activation that the metadata names.
  static FeedForward.GatedMlp gatedMlp(Config config) {
    return new FeedForward.GatedMlp(
        hiddenDim(config), new FeedForward.Gate.Activated(activation(config)), false);
  }

  static int hiddenDim(Config config) {
    return config.size("intermediate_size", "feed_forward_length");
  }

  /// The elementwise function that config.json names; SiLU in GGUF files, which do not say.
  static Activation activation(Config config) {
    String name = config.string("hidden_act|hidden_activation|activation_function", "", "silu");
    return switch (name) {
      case "silu", "swish" -> Activation.SILU;
      case "gelu" -> Activation.GELU_ERF;
      case "gelu_new", "gelu_pytorch_tanh", "gelu_fast" -> Activation.GELU_TANH;
      case "relu" -> Activation.RELU;
      case "relu2" -> Activation.RELU_SQUARED;
      default ->
          throw new ModelException(
              "config.json hidden_act: expected silu, gelu, gelu_new, relu or relu2, found "
                  + name);
    };
  }

  /// Layers that make the next token; those that guess further ones are left out.
  static int layers(Config config) {
    int layers = config.layers();
    int further = config.count("", "nextn_predict_layers", 0);
    if (further >= layers) {
      throw new ModelException(
          "%s.nextn_predict_layers: expected less than the %d layers, found %d"
              .formatted(config.type(), layers, further));
    }
    return layers - further;
  }

  /// A decoder whose layers are made one by one.
  static Architecture decoder(String family, Config config, IntFunction<Layer> layer) {
    int count = layers(config);
    List<Layer> layers = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      layers.add(layer.apply(i));
    }
    return new Architecture(
        family,
        vocabSize(config),
        modelDim(config),
        contextLength(config),
        Architecture.Embedding.PLAIN,
        layers,
        rms(config),
        Architecture.OutputHead.plain(tied(config)));
  }

  static Architecture withFinalNorm(Architecture plain, Normalization norm) {
    return new Architecture(
        plain.family(),
        plain.vocabSize(),
        plain.modelDim(),
        plain.contextLength(),
        plain.embedding(),
        plain.layers(),
        norm,
        plain.output());
  }

  static Architecture withEmbedding(Architecture plain, Architecture.Embedding embedding) {
    return new Architecture(
        plain.family(),
        plain.vocabSize(),
        plain.modelDim(),
        plain.contextLength(),
        embedding,
        plain.layers(),
        plain.finalNorm(),
        plain.output());
  }

  /// Experts without biases, with the activation that the metadata names.
  static FeedForward.MixtureOfExperts experts(
      Config config, int hiddenDim, FeedForward.Router router, FeedForward.Shared shared) {
    return new FeedForward.MixtureOfExperts(
        expertCount(config),
        config.size("num_experts_per_tok|top_k_experts", "expert_used_count"),
        hiddenDim,
        new FeedForward.Gate.Activated(activation(config)),
        false,
        router,
        shared);
  }

  static int expertCount(Config config) {
    return config.size("num_local_experts|num_experts|n_routed_experts", "expert_count");
  }

  static int expertHiddenDim(Config config) {
    return config.size("moe_intermediate_size", "expert_feed_forward_length");
  }

  /// Names of experts that are stored as one tensor for gates and ups of all.
  static Layout withFusedExperts(Layout layout, int hiddenDim) {
    String fused = "model.layers.{l}.mlp.experts.gate_up_proj";
    return layout
        .or(Role.EXPERT_GATE, Stored.section(fused, 0, hiddenDim, 2 * hiddenDim))
        .or(Role.EXPERT_UP, Stored.section(fused, hiddenDim, hiddenDim, 2 * hiddenDim))
        .or(Role.EXPERT_DOWN, Stored.whole("model.layers.{l}.mlp.experts.down_proj"));
  }

  /// Queries, keys and values below each other in one tensor.
  static Layout withJoinedHeads(Layout layout, String joined, Mixer.Heads heads) {
    int queries = heads.queries() * heads.keyDim();
    int keys = heads.keyValues() * heads.keyDim();
    int values = heads.keyValues() * heads.valueDim();
    int total = queries + keys + values;
    return layout
        .with(Role.QUERY, Stored.section(joined, 0, queries, total))
        .with(Role.KEY, Stored.section(joined, queries, keys, total))
        .with(Role.VALUE, Stored.section(joined, queries + keys, values, total));
  }

  /// Whether the embedding is the output head: where there is no matrix of its own for it.
  static boolean tied(Config config) {
    if (config.isGguf()) {
      return config.tensor("output.weight").isEmpty();
    }
    boolean present =
        config.tensor("lm_head.weight").isPresent()
            || config.tensor("language_model.lm_head.weight").isPresent()
            || config.tensor("embed_out.weight").isPresent();
    return config.flag("tie_word_embeddings", "", !present);
  }

  static Layout layout(Config config) {
    return config.isGguf() ? Layout.gguf() : Layout.huggingFace();
  }

  /// Layers that see a window, by `layer_types`, or else by a pattern that a family states.
  ///
  /// @param otherwise for each layer, where the metadata has no list
  static boolean isSliding(Config config, int layer, IntPredicate otherwise) {
    List<String> types = config.strings("layer_types", "");
    if (!types.isEmpty()) {
      if (layer >= types.size()) {
        throw new ModelException(
            "config.json layer_types: %d entries, layer %d needs one"
                .formatted(types.size(), layer));
      }
      return types.get(layer).equals("sliding_attention");
    }
    List<Double> pattern = config.reals("", "attention.sliding_window_pattern");
    if (pattern.size() > layer) {
      return pattern.get(layer) != 0;
    }
    return otherwise.test(layer);
  }
}
