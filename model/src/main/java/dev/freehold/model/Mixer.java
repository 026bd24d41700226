package dev.freehold.model;

import dev.freehold.kernel.Activation;
import dev.freehold.kernel.AttentionShape;

/// The part of a layer that carries information from one token to the next, apart from its weights.
public sealed interface Mixer {

  /// Softmax attention with a cache of keys and values.
  ///
  /// @param positions how queries and keys learn their position
  /// @param norms normalization of queries, keys and values
  /// @param source where keys and values come from
  record Attention(
      Heads heads,
      Positions positions,
      HeadNorms norms,
      KeyValueSource source,
      Scores scores,
      Projections projections)
      implements Mixer {
    public Attention {
      if (positions instanceof Positions.Rotary rotary && rotary.dims() > heads.keyDim()) {
        throw new ModelException(
            "rotary dimensions: %d exceed the head's %d".formatted(rotary.dims(), heads.keyDim()));
      }
    }

    /// Plain attention: scores scaled by 1 / sqrt(keyDim), no norms, no biases.
    public static Attention of(Heads heads, Positions positions) {
      return new Attention(
          heads,
          positions,
          HeadNorms.none(),
          new KeyValueSource.Projected(),
          Scores.of(1 / (float) Math.sqrt(heads.keyDim())),
          new Projections(false, false, false));
    }

    public Attention withPositions(Positions newPositions) {
      return new Attention(heads, newPositions, norms, source, scores, projections);
    }

    public Attention withNorms(HeadNorms newNorms) {
      return new Attention(heads, positions, newNorms, source, scores, projections);
    }

    public Attention withSource(KeyValueSource newSource) {
      return new Attention(heads, positions, norms, newSource, scores, projections);
    }

    public Attention withScores(Scores newScores) {
      return new Attention(heads, positions, norms, source, newScores, projections);
    }

    public Attention withWindow(int window) {
      return withScores(scores.withWindow(window));
    }

    /// @param input whether the projections to queries, keys and values have a bias
    /// @param output whether the projection of the result has one
    public Attention withBiases(boolean input, boolean output) {
      return new Attention(
          heads,
          positions,
          norms,
          source,
          scores,
          new Projections(input, output, projections.gated()));
    }

    /// The result is multiplied by the sigmoid of a gate that is projected beside the queries.
    public Attention withGate() {
      return new Attention(
          heads,
          positions,
          norms,
          source,
          scores,
          new Projections(projections.inputBias(), projections.outputBias(), true));
    }
  }

  /// Numbers and sizes of heads.
  record Heads(int queries, int keyValues, int keyDim, int valueDim) {
    private static final int MAX_WIDTH = 1 << 28;

    public Heads {
      requirePositive("query heads", queries);
      requirePositive("key-value heads", keyValues);
      requirePositive("key length", keyDim);
      requirePositive("value length", valueDim);
      if ((long) queries * Math.max(keyDim, valueDim) > MAX_WIDTH) {
        throw new ModelException(
            "attention heads: %d heads of %d exceed a width of %d"
                .formatted(queries, Math.max(keyDim, valueDim), MAX_WIDTH));
      }
      if (queries % keyValues != 0) {
        throw new ModelException(
            "attention heads: %d query heads are no multiple of %d key-value heads"
                .formatted(queries, keyValues));
      }
    }

    public Heads(int queries, int keyValues, int dim) {
      this(queries, keyValues, dim, dim);
    }
  }

  /// @param queryKey of queries and keys
  /// @param whole whether all heads of a token are normalized together
  /// @param value of values, always per head
  record HeadNorms(Normalization queryKey, boolean whole, Normalization value) {
    public static HeadNorms none() {
      return new HeadNorms(Normalization.none(), false, Normalization.none());
    }

    public static HeadNorms perHead(Normalization norm) {
      return new HeadNorms(norm, false, Normalization.none());
    }

    public static HeadNorms whole(Normalization norm) {
      return new HeadNorms(norm, true, Normalization.none());
    }
  }

  /// Where keys and values come from.
  sealed interface KeyValueSource {
    /// Each from its own projection.
    record Projected() implements KeyValueSource {}

    /// Values are the keys before normalization and rotation.
    record KeysAsValues() implements KeyValueSource {}

    /// Those of an earlier layer.
    record SharedWith(int layer) implements KeyValueSource {}
  }

  /// @param window positions that a token sees, itself included; 0 for all before it
  /// @param softcap scores become softcap * tanh(score / softcap); 0 for none
  /// @param sinks whether each head has a logit without a value
  record Scores(
      float scale, int window, float softcap, boolean sinks, PositionTemperature temperature) {
    public static Scores of(float scale) {
      return new Scores(scale, 0, 0, false, PositionTemperature.NONE);
    }

    public Scores withWindow(int newWindow) {
      return new Scores(scale, newWindow, softcap, sinks, temperature);
    }

    public Scores withSoftcap(float newSoftcap) {
      return new Scores(scale, window, newSoftcap, sinks, temperature);
    }

    public Scores withSinks() {
      return new Scores(scale, window, softcap, true, temperature);
    }

    public Scores withTemperature(PositionTemperature newTemperature) {
      return new Scores(scale, window, softcap, sinks, newTemperature);
    }

    /// The same for the kernels.
    public AttentionShape shape(Heads heads) {
      return new AttentionShape(
          heads.queries(),
          heads.keyValues(),
          heads.keyDim(),
          heads.valueDim(),
          scale,
          window,
          softcap);
    }
  }

  /// Queries at position p times `1 + beta * ln(1 + floor(p / interval))`; beta 0 for none.
  record PositionTemperature(double beta, int interval) {
    public static final PositionTemperature NONE = new PositionTemperature(0, 1);

    public PositionTemperature {
      requirePositive("interval of the attention temperature", interval);
    }

    float at(int position) {
      return (float) (1 + beta * StrictMath.log1p(Math.floorDiv(position, interval)));
    }
  }

  /// @param gated whether the projection to queries also yields, per head, a gate for the result
  record Projections(boolean inputBias, boolean outputBias, boolean gated) {}

  /// Multi-head latent attention: keys and values of all heads are held as one short vector.
  ///
  /// @param queryRank length of the compressed query, 0 for queries that are projected directly
  /// @param keyValueRank length of the vector that stands for keys and values
  /// @param plainDim elements of a key that carry no position Source: DeepSeek-AI, DeepSeek-V2
  ///   (2024).
  record LatentAttention(
      int heads,
      int queryRank,
      int keyValueRank,
      int plainDim,
      int valueDim,
      Positions.Rotary positions,
      float scale,
      Normalization norm)
      implements Mixer {
    public LatentAttention {
      requirePositive("heads", heads);
      requirePositive("key-value rank", keyValueRank);
      requirePositive("key length without rotation", plainDim);
      requirePositive("value length", valueDim);
    }

    /// Elements of a head's query and key.
    public int keyDim() {
      return plainDim + positions.dims();
    }
  }

  /// Gated delta rule over a causal convolution.
  ///
  /// @param tiled whether value head i reads key head i mod keyHeads, else i / (valueHeads /
  ///   keyHeads)
  /// @param taps length of the convolution Source: Yang et al., Gated Delta Networks (2024).
  record GatedDeltaNet(
      int keyHeads,
      int valueHeads,
      int keyDim,
      int valueDim,
      int taps,
      boolean tiled,
      float epsilon)
      implements Mixer {
    public GatedDeltaNet {
      requirePositive("delta net key heads", keyHeads);
      requirePositive("delta net value heads", valueHeads);
      requirePositive("delta net key length", keyDim);
      requirePositive("delta net value length", valueDim);
      requirePositive("delta net convolution length", taps);
      if (valueHeads % keyHeads != 0) {
        throw new ModelException(
            "delta net: %d value heads are no multiple of %d key heads"
                .formatted(valueHeads, keyHeads));
      }
    }
  }

  /// Mamba-2: a state space layer with scalar decay per head.
  ///
  /// @param minStep smallest time step
  /// @param maxStep largest time step Source: Dao and Gu, Transformers are SSMs (2024).
  record Mamba2(
      int heads,
      int groups,
      int headDim,
      int stateDim,
      int taps,
      boolean convolutionBias,
      float minStep,
      float maxStep,
      float epsilon)
      implements Mixer {
    public Mamba2 {
      requirePositive("mamba heads", heads);
      requirePositive("mamba groups", groups);
      requirePositive("mamba head length", headDim);
      requirePositive("mamba state length", stateDim);
      requirePositive("mamba convolution length", taps);
      if (heads % groups != 0) {
        throw new ModelException(
            "mamba: %d heads are no multiple of %d groups".formatted(heads, groups));
      }
    }
  }

  /// Gated short convolution: `C * convolution(B * x)`.
  ///
  /// Source: Liquid AI, LFM2 (2025).
  record ShortConvolution(int taps, boolean bias) implements Mixer {
    public ShortConvolution {
      requirePositive("convolution length", taps);
    }
  }

  /// The function after the convolutions of recurrent mixers.
  Activation CONVOLUTION_FUNCTION = Activation.SILU;

  private static void requirePositive(String what, int value) {
    if (value < 1) {
      throw new ModelException(what + ": expected at least 1, found " + value);
    }
  }
}
