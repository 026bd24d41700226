package dev.freehold.model;

import dev.freehold.kernel.Rows;
import java.lang.foreign.Arena;

/// A mixer bound to its weights.
interface MixerBlock {
  /// Computes the step's rows of `y` from those of `x`, and takes the tokens into the sequence's
  /// state.
  void run(Rows x, Rows y, Step step);

  /// The state of an empty sequence.
  LayerState newState(Arena arena);

  static MixerBlock bind(Mixer mixer, int modelDim, Binder binder) {
    return switch (mixer) {
      case Mixer.Attention attention -> new AttentionBlock(attention, modelDim, binder);
      case Mixer.LatentAttention attention -> new LatentAttentionBlock(attention, modelDim, binder);
      case Mixer.GatedDeltaNet net -> new DeltaNetBlock(net, modelDim, binder);
      case Mixer.Mamba2 mamba -> new MambaBlock(mamba, modelDim, binder);
      case Mixer.ShortConvolution convolution ->
          new ShortConvolutionBlock(convolution, modelDim, binder);
    };
  }
}
