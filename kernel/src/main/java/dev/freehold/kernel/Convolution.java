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

  /// The last taps - 1 rows of a step of `tokens` rows, from row `first` on, become the state of
  /// the next; where the step has fewer, the state's last rows stay before them.
  void keep(Rows x, int first, int tokens, float[] state) {
    int history = taps - 1;
    int old = Math.max(history - tokens, 0);
    System.arraycopy(state, (history - old) * channels, state, 0, old * channels);
    for (int j = old; j < history; j++) {
      int row = first + tokens - history + j;
      System.arraycopy(x.data(), x.at(row), state, j * channels, channels);
    }
  }

  /// Floats of state that a sequence keeps: the last taps - 1 rows.
  public int stateSize() {
    return channels * (taps - 1);
  }
}
