package dev.freehold.model.families;

import dev.freehold.kernel.Activation;
import dev.freehold.kernel.Rope;
import dev.freehold.model.Architecture;
import dev.freehold.model.Config;
import dev.freehold.model.Family;
import dev.freehold.model.FeedForward;
import dev.freehold.model.Layer;
import dev.freehold.model.Layout;
import dev.freehold.model.Mixer;
import dev.freehold.model.Normalization;
import dev.freehold.model.Role;
import java.util.Set;

/// Gemma 2: norms before and after the blocks, capped scores and logits, a sliding window in every
/// other layer.
public final class Gemma2 implements Family {
  @Override
  public String name() {
    return "gemma2";
  }

  @Override
  public Set<String> ggufTypes() {
    return Set.of("gemma2");
  }

  @Override
  public Set<String> huggingFaceTypes() {
    return Set.of("gemma2");
  }

  private static final int LAYERS_OF_27B = 46;

  @Override
  public Architecture architecture(Config config) {
    Normalization norm = Standard.rms(config);
    Mixer.Attention full =
        Standard.attention(config, Rope.Pairing.HALVES)
            .withScores(
                Mixer.Scores.of(scale(config, LAYERS_OF_27B))
                    .withSoftcap(
                        (float)
                            config.real("attn_logit_softcapping", "attn_logit_softcapping", 0)));
    int window = config.size("sliding_window", "attention.sliding_window", 4096);
    FeedForward mlp = mlp(config);
    return finish(
        config,
        Standard.decoder(
            name(),
            config,
            layer ->
                Layer.sandwich(
                    norm,
                    Standard.isSliding(config, layer, l -> l % 2 == 0)
                        ? full.withWindow(window)
                        : full,
                    mlp)));
  }

  /// The tanh form of GELU, as every Gemma uses it.
  static FeedForward.GatedMlp mlp(Config config) {
    return new FeedForward.GatedMlp(
        Standard.hiddenDim(config), new FeedForward.Gate.Activated(Activation.GELU_TANH), false);
  }

  /// Scale of the scores; GGUF files do not state it, and the largest model of a generation, known
  /// by its number of layers, takes the width per head instead of the head's length.
  static float scale(Config config, int layersOfLargest) {
    double scalar =
        config.real(
            "query_pre_attn_scalar",
            "",
            config.isGguf() && config.layers() == layersOfLargest
                ? (double) Standard.modelDim(config) / Standard.heads(config)
                : Standard.headDim(config));
    return (float) (1 / Math.sqrt(scalar));
  }

  /// Embeddings scaled by the root of the width, logits capped where the metadata says so.
  static Architecture finish(Config config, Architecture plain) {
    float softcap = (float) config.real("final_logit_softcapping", "final_logit_softcapping", 0);
    return new Architecture(
        plain.family(),
        plain.vocabSize(),
        plain.modelDim(),
        plain.contextLength(),
        Architecture.Embedding.scaled((float) Math.sqrt(plain.modelDim())),
        plain.layers(),
        plain.finalNorm(),
        new Architecture.OutputHead(tied(config), false, 1, softcap));
  }

  private static boolean tied(Config config) {
    return config.isGguf() ? Standard.tied(config) : config.flag("tie_word_embeddings", "", true);
  }

  @Override
  public Layout layout(Config config) {
    return sandwichNorms(config);
  }

  /// In Hugging Face files the weights of norms lack 1.
  static Layout sandwichNorms(Config config) {
    return config.isGguf()
        ? Layout.gguf()
        : huggingFaceNames()
            .withPlusOne(
                Role.MIXER_NORM,
                Role.MIXER_POST_NORM,
                Role.FEED_FORWARD_NORM,
                Role.FEED_FORWARD_POST_NORM,
                Role.QUERY_NORM,
                Role.KEY_NORM,
                Role.FINAL_NORM);
  }

  static Layout huggingFaceNames() {
    String layer = "model.layers.{l}.";
    return Layout.huggingFace()
        .with(Role.MIXER_POST_NORM, layer + "post_attention_layernorm.weight")
        .with(Role.FEED_FORWARD_NORM, layer + "pre_feedforward_layernorm.weight")
        .with(Role.FEED_FORWARD_POST_NORM, layer + "post_feedforward_layernorm.weight");
  }
}
