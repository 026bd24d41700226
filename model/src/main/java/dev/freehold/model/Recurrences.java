package dev.freehold.model;

import dev.freehold.kernel.Activation;
import dev.freehold.kernel.Convolution;
import org.jspecify.annotations.Nullable;

/// The parts that recurrent mixers bind alike.
final class Recurrences {
  private static final float[] NONE = {};

  private Recurrences() {}

  /// A convolution whose stored weights are `[channels][taps]`, the newest token last.
  static Convolution convolution(
      int channels, int taps, boolean bias, @Nullable Activation function, Binder binder) {
    float[] stored = binder.vector(Role.CONVOLUTION, Math.multiplyExact(channels, taps));
    float[] weights = new float[stored.length];
    for (int c = 0; c < channels; c++) {
      for (int j = 0; j < taps; j++) {
        weights[j * channels + c] = stored[c * taps + j];
      }
    }
    return new Convolution(
        channels,
        taps,
        weights,
        bias ? binder.vector(Role.CONVOLUTION_BIAS, channels) : NONE,
        function);
  }

  /// A per head: the negative factor of the time step.
  static float[] decayFactors(int heads, Binder binder) {
    float[] factors = binder.vector(Role.DECAY, heads);
    if (binder.weights().logarithmicDecay()) {
      for (int i = 0; i < heads; i++) {
        factors[i] = (float) -StrictMath.exp(factors[i]);
      }
    }
    return factors;
  }
}
