package dev.freehold.kernel;

/// Recurrent layers, token by token; each tier implements them with the same bits.
///
/// A call works on the `tokens` rows from row `first` on, which are of one sequence.
///
/// All state is float32 and belongs to the sequence.
interface RecurrentOps {
  /// Causal depthwise convolution over the last `taps` rows, for tokens `from` to `to - 1` of the
  /// step, of which row `first` has token 0.
  ///
  /// Formula: y[t, c] = f(bias[c] + sum over j of weight[j, c] x[t - (taps - 1) + j, c]), the rows
  /// before the step from `state`, which [Convolution#keep] moves on. Order: one fma chain in
  /// ascending j, from +0; then the bias; then the function. `y` must not be `x`.
  void convolve(Convolution shape, Rows x, Rows y, int first, float[] state, int from, int to);

  /// Gated delta rule for value heads `from` to `to - 1`.
  ///
  /// Formula, per value head with key head h, state S of [keyDim, valueDim]: S = S * decay; r[v] =
  /// sum over k of S[k, v] key[k]; d = (value - r) * beta; S = fma(key[k], d[v], S[k, v]); y[v] =
  /// sum over k of S[k, v] query[k]. Order: fma chains in ascending k, from +0; tokens in order.
  /// Source: Yang et al., "Gated Delta Networks" (2024).
  ///
  /// @param worker number of the calling thread, for its scratch memory
  void deltaRule(DeltaRule call, int first, int tokens, int from, int to, int worker);

  /// Mamba-2's state space recurrence for heads `from` to `to - 1`.
  ///
  /// Formula, per head with group g, state S of [stateDim, headDim]: S[n, p] = fma(S[n, p], decay,
  /// (dt x[p]) B[n]); y[p] = fma(D, x[p], sum over n of S[n, p] C[n]). Order: fma chains in
  /// ascending n, from +0. Source: Dao and Gu, "Transformers are SSMs" (2024).
  void stateSpace(StateSpace call, int first, int tokens, int from, int to);
}
