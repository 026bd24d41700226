package dev.freehold.model;

import java.util.List;

/// A language model as data: what is computed, in which order, with which sizes; no weights.
///
/// @param family the file in `families` that made it
/// @param vocabSize V
/// @param modelDim D
/// @param contextLength positions that the model was made for
/// @param finalNorm before the output head
public record Architecture(
    String family,
    int vocabSize,
    int modelDim,
    int contextLength,
    Embedding embedding,
    List<Layer> layers,
    Normalization finalNorm,
    OutputHead output) {
  /// How token ids become rows.
  ///
  /// @param scale factor of the rows
  /// @param positions learned position embeddings that are added, 0 for none
  /// @param perLayerDim length of the further embedding that each layer gets at its end, 0 for none
  /// @param perLayerVocabSize ids of that embedding
  public record Embedding(float scale, int positions, int perLayerDim, int perLayerVocabSize) {
    public static final Embedding PLAIN = scaled(1);

    public static Embedding scaled(float scale) {
      return new Embedding(scale, 0, 0, 0);
    }
  }

  /// How rows become logits.
  ///
  /// @param tied whether the embedding is the matrix of the head
  /// @param scale factor of the logits
  /// @param softcap logits become softcap * tanh(logit / softcap); 0 for none
  public record OutputHead(boolean tied, boolean bias, float scale, float softcap) {
    public static OutputHead plain(boolean tied) {
      return new OutputHead(tied, false, 1, 0);
    }
  }

  public Architecture {
    layers = List.copyOf(layers);
    if (vocabSize < 1 || modelDim < 1 || contextLength < 1 || layers.isEmpty()) {
      throw new ModelException(
          "%s: vocabulary %d, width %d, context %d, %d layers: each must be at least 1"
              .formatted(family, vocabSize, modelDim, contextLength, layers.size()));
    }
    for (int i = 0; i < layers.size(); i++) {
      if (layers.get(i).mixer() instanceof Mixer.Attention attention
          && attention.source() instanceof Mixer.KeyValueSource.SharedWith shared) {
        requireOwner(layers, i, shared.layer());
      }
    }
  }

  private static void requireOwner(List<Layer> layers, int layer, int owner) {
    if (owner < 0
        || owner >= layer
        || !(layers.get(owner).mixer() instanceof Mixer.Attention attention)
        || attention.source() instanceof Mixer.KeyValueSource.SharedWith) {
      throw new ModelException(
          "layer %d shares keys and values with layer %d, which has none of its own before it"
              .formatted(layer, owner));
    }
  }
}
