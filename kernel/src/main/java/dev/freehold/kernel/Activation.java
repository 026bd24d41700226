package dev.freehold.kernel;

/// The elementwise functions of feed-forward blocks and gates.
public enum Activation {
  /// x * sigmoid(x)
  SILU,
  /// 0.5 x (1 + tanh(sqrt(2/pi) (x + 0.044715 x^3)))
  GELU_TANH,
  /// 0.5 x (1 + erf(x / sqrt 2))
  GELU_ERF,
  /// 1 / (1 + exp(-x))
  SIGMOID,
  /// max(x, 0)
  RELU,
  /// max(x, 0)^2
  RELU_SQUARED,
  TANH,
  EXP,
  /// log(1 + exp(x))
  SOFTPLUS
}
