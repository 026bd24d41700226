package dev.freehold.model;

import dev.freehold.kernel.Rows;

/// A feed-forward block bound to its weights.
interface FeedForwardBlock {
  /// Computes `tokens` rows of `y`.
  ///
  /// @param x the normalized rows
  /// @param residual the rows before normalization, which few blocks read
  void run(Rows x, Rows residual, Rows y, int tokens);

  static FeedForwardBlock bind(FeedForward feedForward, int modelDim, Binder binder) {
    return switch (feedForward) {
      case FeedForward.GatedMlp mlp ->
          GatedMlpBlock.bind(mlp, GatedMlpBlock.Names.DENSE, modelDim, binder);
      case FeedForward.PlainMlp mlp -> new PlainMlpBlock(mlp, modelDim, binder);
      case FeedForward.MixtureOfExperts experts -> new ExpertsBlock(experts, modelDim, binder);
      case FeedForward.DenseAndExperts both -> new DenseAndExpertsBlock(both, modelDim, binder);
    };
  }
}
