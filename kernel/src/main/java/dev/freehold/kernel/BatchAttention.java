package dev.freehold.kernel;

/// Attention of whole sequences in training and its gradient; each tier implements both with the
/// same bits.
///
/// Forward: rule 8 of fh1, as [AttentionOps] has it over a float32 cache.
///
/// Gradient, per head h with key-value head g, for j up to i: `p = exp(s - M) * (1 / L)` with the
/// score s as forward and M, L the row's largest score and sum of exponentials, joined over all
/// blocks; `u = dy_i . v_j`, one fma chain over the head in ascending order, from +0; `D = dy_i .
/// y_i` by rule 5; `c = (p * (u - D)) * scale`. Then `dq_i = sum_j c k_j`, `dk_j = sum_(h, i) c
/// q_i`, `dv_j = sum_(h, i) p dy_i`.
///
/// Order of summation: i and j in blocks of 128 positions [128 b, 128 b + 128). Within a block one
/// fma chain in ascending order, from +0. Block sums are added one after the other to +0: those of
/// dq in ascending j; those of dk and dv head by head, and for each in ascending i. Source: Dao,
/// FlashAttention-2 (2023), for the recomputation.
interface BatchAttention {
  /// Positions of a block of the gradient.
  int BLOCK = 128;

  /// Outputs of the query heads of key-value head `group` in one sequence.
  void attend(AttentionBatch batch, int sequence, int group, int worker);

  /// Gradients of the same heads.
  void gradient(
      AttentionBatch batch, AttentionGradient gradient, int sequence, int group, int worker);

  /// Bytes of scratch memory taken so far.
  long scratchBytes();
}
