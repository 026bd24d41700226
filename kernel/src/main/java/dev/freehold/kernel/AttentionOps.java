package dev.freehold.kernel;

/// Attention of new tokens over the keys and values of one sequence; each tier implements it with
/// the same bits.
///
/// Formula, per token at position p and query head h with key-value head g, over the visible
/// positions j in [first(p), p]: `s_j = scale * q.k_j`, soft-capped where asked; `y = sum
/// softmax(s)_j v_j`.
///
/// Order of summation: each score is one fma chain over the elements of the head in ascending
/// order, from +0, then multiplied by the scale. Visible positions are taken in blocks of 256
/// absolute positions [256 b, 256 b + 256). Within a block: m = max of the scores; e_j = exp(s_j -
/// m); l = sum of e_j over 32 lanes, position j into lane j mod 32 in ascending j, lanes joined by
/// the tree 16-8-4-2-1; o = one fma chain `o = fma(e_j, v_j, o)` in ascending j, from +0. Blocks
/// are joined in ascending order, the first as it is, each further one by M' = max(M, m), a = exp(M
/// - M'), c = exp(m - M'), L = fma(l, c, L a), O = fma(o, c, O a). A sink joins last, as a block
///   with m = sink, l = 1, o = 0. At the end y = O * (1 / L). Keys and values are read as the store
///   holds them, those of the same step included, so how a prompt is cut into steps cannot show.
///   Source: Dao, FlashAttention-2 (2023), for the join of blocks.
interface AttentionOps {
  /// Makes scratch memory for this many workers; called once, before the first use.
  void prepare(int workers);

  /// Tokens of a chunk, by shape alone.
  default int chunkTokens(AttentionShape shape) {
    return 16;
  }

  /// Attends for tokens `from` to `to - 1` of the step and query heads of key-value head `group`.
  ///
  /// @param call queries, outputs and the rest of the step
  /// @param worker index of the scratch memory to use
  void attend(AttentionCall call, int group, int from, int to, int worker);

  /// Cuts the positions that the only token of a step sees into parts, which does not show. Where
  /// there is more than one, [#attendPart] of each and then [#joinParts], for each key-value head,
  /// stand for [#attend], and it is the caller's to let no other call come between.
  default int cut(AttentionCall call) {
    return 1;
  }

  /// Attends to a part of the positions; all of them may run at the same time.
  default void attendPart(AttentionCall call, int group, int part, int worker) {
    throw new UnsupportedOperationException("positions are not cut");
  }

  /// Joins the parts, all of which have been attended to.
  default void joinParts(AttentionCall call, int group, int worker) {
    throw new UnsupportedOperationException("positions are not cut");
  }
}
