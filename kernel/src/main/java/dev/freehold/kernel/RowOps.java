package dev.freehold.kernel;

/// Arithmetic on rows, from row `from` to row `to - 1`; each tier implements it with the same bits.
///
/// Rows are independent, so any range of them may run on any thread. `y` may be the same rows as
/// `x`. Order of summation of row reductions, (d) of fh1: 32 lanes, element k into lane k mod 32 in
/// ascending k, lanes joined by the fixed tree 16-8-4-2-1 (lane i takes lane i + 16, and so on).
interface RowOps {
  /// Each of `groups` consecutive groups of n: y = (x * r) * weight with r = 1 / sqrt(sum(x^2) / n
  /// + epsilon); squares are summed by fma. `weight` has n elements, n * groups, or none for
  ///   factors of one.
  void rmsNorm(Rows x, Rows y, int from, int to, Norm norm);

  /// y = fma((x - mean) * r, weight, bias), r = 1 / sqrt(sum((x - mean)^2) / n + epsilon), mean =
  /// sum(x) / n; weight and bias may be empty.
  void layerNorm(Rows x, Rows y, int from, int to, Norm norm);

  /// y = x * (factor / sqrt(sum(x^2) + epsilon)) for each group of n.
  void l2Norm(Rows x, Rows y, int from, int to, Norm norm, float factor);

  /// y += x
  void add(Rows x, Rows y, int from, int to, int n);

  /// y = fma(x, factor, y)
  void addScaled(Rows x, Rows y, int from, int to, int n, float factor);

  /// y *= factor
  void scale(Rows y, int from, int to, int n, float factor);

  /// y *= x
  void multiply(Rows x, Rows y, int from, int to, int n);

  /// y[t, i] += bias[i]
  void addBias(Rows y, int from, int to, float[] bias);

  /// y[t, i] *= factors[i]
  void multiplyColumns(Rows y, int from, int to, float[] factors);

  /// y = function(x)
  void activate(Activation function, Rows x, Rows y, int from, int to, int n);

  /// y = function(gate) * up
  void activateGated(Activation function, Rows gate, Rows up, Rows y, int from, int to, int n);

  /// y = (clamp(up, -limit, limit) + 1) * (g * sigmoid(alpha * g)), g = min(gate, limit): the gate
  /// of gpt-oss.
  void clampedSwiglu(Rows gate, Rows up, Rows y, int from, int to, ClampedSwiglu shape);

  /// xIELU: x > 0: alphaP x^2 + beta x; else alphaN (exp(min(x, eps)) - 1 - x) + beta x. Source:
  /// Huang and Schlag, "Deriving Activation Functions Using Integration" (2024).
  void xielu(Rows x, Rows y, int from, int to, Xielu shape);

  /// y = cap * tanh(x / cap)
  void softcap(Rows x, Rows y, int from, int to, int n, float cap);

  /// y = exp(x - max) / sum
  void softmax(Rows x, Rows y, int from, int to, int n);

  /// Rotates the heads of the rows by the angles that the table holds for each token of the step.
  void rope(Rows x, int from, int to, Rope rope, RopeTable table);

  /// Int8 blocks of rows of n values; see [Activations]. Those of row t begin at block t * n / 32.
  void quantize(Rows x, int from, int to, int n, Int8Blocks blocks);
}
