package dev.freehold.model;

import dev.freehold.kernel.Kernels;
import dev.freehold.kernel.Rows;

/// A dense block and experts side by side: `y = norm(dense(x)) + norm(experts(norm(residual)))`.
final class DenseAndExpertsBlock implements FeedForwardBlock {
  private final Kernels kernels;
  private final int modelDim;
  private final FeedForwardBlock dense;
  private final FeedForwardBlock experts;
  private final NormBlock densePostNorm;
  private final NormBlock expertsNorm;
  private final NormBlock expertsPostNorm;
  private final Rows normed;
  private final Rows mixture;

  DenseAndExpertsBlock(FeedForward.DenseAndExperts shape, int modelDim, Binder binder) {
    this.kernels = binder.kernels();
    this.modelDim = modelDim;
    this.dense = FeedForwardBlock.bind(shape.dense(), modelDim, binder);
    this.experts = FeedForwardBlock.bind(shape.experts(), modelDim, binder);
    this.densePostNorm = binder.norm(shape.norm(), Role.DENSE_POST_NORM, modelDim);
    this.expertsNorm = binder.norm(shape.norm(), Role.EXPERTS_NORM, modelDim);
    this.expertsPostNorm = binder.norm(shape.norm(), Role.EXPERTS_POST_NORM, modelDim);
    this.normed = binder.rows("experts input", modelDim);
    this.mixture = binder.rows("experts output", modelDim);
  }

  @Override
  public void run(Rows x, Rows residual, Rows y, int tokens) {
    dense.run(x, residual, y, tokens);
    densePostNorm.run(y, y, tokens);
    Rows read = expertsNorm.run(residual, normed, tokens);
    experts.run(read, residual, mixture, tokens);
    expertsPostNorm.run(mixture, mixture, tokens);
    kernels.add(mixture, y, tokens, modelDim);
  }
}
