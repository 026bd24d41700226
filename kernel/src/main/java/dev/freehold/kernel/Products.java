package dev.freehold.kernel;

/// The three products of a linear layer in training; each tier implements them with the same bits.
///
/// `forward`: `y[m, n] = sum_k x[m, k] w[n, k]`. Order of summation: rule 2 of fh1; 16 lanes,
/// element k into lane k mod 16 by fma in ascending k, from +0, lanes joined by the tree 8-4-2-1.
///
/// `inputGradient`: `dx[m, k] = sum_n dy[m, n] w[n, k]`; `weightGradient`: `dw[n, k] = sum_m dy[m,
/// n] x[m, k]`. Order of summation: rule 14 of fh1; the contracted index in blocks of 256, in each
/// one fma chain in ascending order, from +0; blocks are joined pairwise, neighbours first, level
/// by level, an odd last one going on to the next level.
interface Products {
  /// Length of a chain of [#inputGradient] and [#weightGradient].
  int BLOCK = 256;

  /// @param w weights `[N, K]`, row-major
  void forward(ProductShape shape, Rows x, float[] w, Rows y);

  /// @param write whether the gradient is added to what stands in `dx`
  void inputGradient(ProductShape shape, Rows dy, float[] w, Rows dx, Write write);

  /// @param write whether the gradient is added to what stands in `dw`
  void weightGradient(ProductShape shape, Rows dy, Rows x, float[] dw, Write write);

  /// Bytes of scratch memory taken so far.
  long scratchBytes();
}
