package dev.freehold.model;

import dev.freehold.kernel.Activations;
import dev.freehold.kernel.Kernels;
import dev.freehold.kernel.Rows;
import dev.freehold.kernel.Xielu;

/// A plain feed-forward block bound to its weights: `y = down(f(up(x)))`.
final class PlainMlpBlock implements FeedForwardBlock {
  private final Kernels kernels;
  private final FeedForward.PlainMlp shape;
  private final Projection up;
  private final Projection down;
  private final Activations input;
  private final Activations hidden;
  private final Rows ups;
  private final Xielu xielu;

  PlainMlpBlock(FeedForward.PlainMlp mlp, int modelDim, Binder binder) {
    this.kernels = binder.kernels();
    this.shape = mlp;
    this.up = binder.projection(Role.UP, mlp.hiddenDim(), modelDim, mlp.bias());
    this.down = binder.projection(Role.DOWN, modelDim, mlp.hiddenDim(), mlp.bias());
    this.input = binder.activations(modelDim);
    this.hidden = binder.activations(mlp.hiddenDim());
    this.ups = binder.rows("feed-forward ups", mlp.hiddenDim());
    this.xielu =
        mlp.function() instanceof FeedForward.Function.XieluFunction f
            ? new Xielu(mlp.hiddenDim(), f.alphaP(), f.alphaN(), f.beta(), f.epsilon())
            : new Xielu(mlp.hiddenDim(), 0, 0, 0, 0);
  }

  @Override
  public void run(Rows x, Rows residual, Rows y, int tokens) {
    input.set(x, tokens);
    up.run(input, ups);
    switch (shape.function()) {
      case FeedForward.Function.Elementwise f ->
          kernels.activate(f.function(), ups, ups, tokens, shape.hiddenDim());
      case FeedForward.Function.XieluFunction f -> kernels.xielu(ups, ups, tokens, xielu);
    }
    hidden.set(ups, tokens);
    down.run(hidden, y);
  }
}
