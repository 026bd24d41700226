package dev.freehold.kernel;

/// What quantized weights are multiplied with.
public enum ActivationFormat {
  /// Blocks of 32 int8 with a float32 scale, where the weights' dtype has an integer form.
  INT8,
  /// Float32 always: weights are dequantized.
  F32
}
