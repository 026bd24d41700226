package dev.freehold.kernel;

/// Gradients, loss and optimizer on ranges of rows or elements; each tier implements them with the
/// same bits.
///
/// Order of summation along a row, (d) of fh1: 32 lanes, element k into lane k mod 32 in ascending
/// k, from +0, lanes joined by the tree 16-8-4-2-1. `lanes` is room for them, 32 floats.
interface GradientOps {
  /// Elements of one block of a sum over a whole tensor.
  int SUM_BLOCK = 4096;

  /// Gradient of RMSNorm for one block of 256 items, where an item is a group of n elements of a
  /// row, counted row by row.
  ///
  /// Formula: `r = 1 / sqrt(sum(x^2) / n + epsilon)` as forward; `g_i = dy_i * w_i`; `s = sum(g_i
  /// x_i)` by fma; `c = ((s / n) * r) * r`; `dx_i = fma(x_i, -c, g_i) * r`. Weights: `dw_i` gets
  /// `fma(dy_i, x_i * r, dw_i)`, items in ascending order, from +0, into the block's sums. Rows of
  /// dx may be those of dy.
  void rmsNorm(NormGradient call, int block, float[] lanes);

  /// Rotates back: `a = fma(a', c, b' * s)`, `b = fma(b', c, -(a' * s))`; in place.
  void rope(Rows x, int from, int to, Rope rope, RopeTable table);

  /// Gradient of `y = silu(gate) * up`, in place: gate and up become their gradients.
  ///
  /// Formula: `q = sigmoid(g)`, `h = g * q`; `d up = dy * h`; `d gate = (dy * up) * fma(h, 1 - q,
  /// q)`.
  void swiglu(Rows dy, Rows gate, Rows up, int from, int to, int n);

  /// Softmax cross-entropy of rows of n logits, which become their gradient.
  ///
  /// Formula: `e_j = exp(x_j - max)`, `s = sum(e_j)`; `loss = log(s) - (x_target - max)`; `dx_j =
  /// (e_j
  /// * (1 / s)) * factor`, at the target `(e_j * (1 / s) - 1) * factor`. A target below 0 is not
  ///   counted: loss 0, gradient 0.
  ///
  /// @param targets target of row t at `targetsAt + t`; its loss goes to the same index of `losses`
  void crossEntropy(Rows logits, LossCall call, int from, int to, float[] lanes);

  /// One step of [AdamW] for the elements of [from, to).
  void adamW(AdamWCall call, int from, int to);

  /// Squares of [from, to) in 32 lanes, by fma, the first element into lane 0.
  float squares(float[] x, int from, int to, float[] lanes);

  /// The sum of [from, to) in 32 lanes, the first element into lane 0.
  float sum(float[] x, int from, int to, float[] lanes);

  /// x *= factor
  void scale(float[] x, int from, int to, float factor);

  /// y += x for columns [from, to) of the row of `table` that each id names, ids in ascending order
  /// of position.
  void scatter(ScatterCall call, int from, int to);

  /// Index of the first NaN or infinity of [from, to), or -1.
  int firstNonFinite(float[] x, int from, int to);
}
