package dev.freehold.kernel;

import org.jspecify.annotations.Nullable;

/// A causal depthwise convolution: channels, taps, weights `[taps][channels]`, bias (or empty) and
/// the function that follows (or none).
public record Convolution(
    int channels, int taps, float[] weights, float[] bias, @Nullable Activation function) {
  public Convolution {
    if (channels < 1 || taps < 1 || weights.length != channels * taps) {
      throw new KernelException(
          "convolution: %d weights for %d channels and %d taps"
              .formatted(weights.length, channels, taps));
    }
    if (bias.length != 0 && bias.length != channels) {
      throw new KernelException(
          "convolution: %d biases for %d channels".formatted(bias.length, channels));
    }
  }

  /// Floats of state that a sequence keeps: the last taps - 1 rows.
  public int stateSize() {
    return channels * (taps - 1);
  }
}
