package dev.freehold.model;

/// One layer: a mixer and a feed-forward block on the residual stream, with norms around them.
///
/// ```
/// x += residualScale * mixerPostNorm(mixer(mixerNorm(x)))
/// x += residualScale * feedForwardPostNorm(feedForward(feedForwardNorm(x)))
/// ```
///
/// @param residual whether the feed-forward block reads the result of the mixer
public record Layer(
    Normalization mixerNorm,
    Mixer mixer,
    Normalization mixerPostNorm,
    Normalization feedForwardNorm,
    FeedForward feedForward,
    Normalization feedForwardPostNorm,
    Residual residual,
    float residualScale,
    Ending ending) {
  /// What the feed-forward block reads.
  public enum Residual {
    /// The stream after the mixer.
    SEQUENTIAL,
    /// The stream before the mixer, as GPT-NeoX does.
    PARALLEL
  }

  /// What a layer does to the stream at its end.
  ///
  /// @param perLayerInput whether `norm(projection(gelu(gate(x)) * input of this layer))` is added
  /// @param scaled whether the stream is multiplied by a weight
  public record Ending(boolean perLayerInput, boolean scaled) {
    public static final Ending NONE = new Ending(false, false);
  }

  /// Norms before the blocks.
  public static Layer preNorm(Normalization norm, Mixer mixer, FeedForward feedForward) {
    return new Layer(
        norm,
        mixer,
        Normalization.none(),
        norm,
        feedForward,
        Normalization.none(),
        Residual.SEQUENTIAL,
        1,
        Ending.NONE);
  }

  /// Norms after the blocks.
  public static Layer postNorm(Normalization norm, Mixer mixer, FeedForward feedForward) {
    return new Layer(
        Normalization.none(),
        mixer,
        norm,
        Normalization.none(),
        feedForward,
        norm,
        Residual.SEQUENTIAL,
        1,
        Ending.NONE);
  }

  /// Norms before and after the blocks.
  public static Layer sandwich(Normalization norm, Mixer mixer, FeedForward feedForward) {
    return new Layer(
        norm, mixer, norm, norm, feedForward, norm, Residual.SEQUENTIAL, 1, Ending.NONE);
  }

  public Layer withResidual(Residual newResidual, float newScale) {
    return new Layer(
        mixerNorm,
        mixer,
        mixerPostNorm,
        feedForwardNorm,
        feedForward,
        feedForwardPostNorm,
        newResidual,
        newScale,
        ending);
  }

  public Layer withEnding(Ending newEnding) {
    return new Layer(
        mixerNorm,
        mixer,
        mixerPostNorm,
        feedForwardNorm,
        feedForward,
        feedForwardPostNorm,
        residual,
        residualScale,
        newEnding);
  }
}
