package dev.freehold.model;

import dev.freehold.kernel.Activation;
import dev.freehold.kernel.Activations;
import dev.freehold.kernel.Kernels;
import dev.freehold.kernel.Rows;
import java.util.Optional;

/// One layer bound to its weights.
final class LayerBlock {
  private final Kernels kernels;
  private final Layer shape;
  private final int modelDim;
  private final NormBlock mixerNorm;
  private final MixerBlock mixer;
  private final NormBlock mixerPostNorm;
  private final NormBlock feedForwardNorm;
  private final FeedForwardBlock feedForward;
  private final NormBlock feedForwardPostNorm;
  private final Optional<LayerInput> layerInput;
  private final float scale;
  private final Rows normed;
  private final Rows mixed;
  private final Rows fed;

  LayerBlock(Layer shape, Architecture architecture, Binder binder) {
    int dim = architecture.modelDim();
    this.kernels = binder.kernels();
    this.shape = shape;
    this.modelDim = dim;
    this.mixerNorm = binder.norm(shape.mixerNorm(), Role.MIXER_NORM, dim);
    this.mixer = MixerBlock.bind(shape.mixer(), dim, binder);
    this.mixerPostNorm = binder.norm(shape.mixerPostNorm(), Role.MIXER_POST_NORM, dim);
    this.feedForwardNorm = binder.norm(shape.feedForwardNorm(), Role.FEED_FORWARD_NORM, dim);
    this.feedForward = FeedForwardBlock.bind(shape.feedForward(), dim, binder);
    this.feedForwardPostNorm =
        binder.norm(shape.feedForwardPostNorm(), Role.FEED_FORWARD_POST_NORM, dim);
    this.layerInput =
        shape.ending().perLayerInput()
            ? Optional.of(new LayerInput(shape, architecture, binder))
            : Optional.empty();
    this.scale = shape.ending().scaled() ? binder.vector(Role.LAYER_SCALE, 1)[0] : 1;
    this.normed = binder.rows("normed", dim);
    this.mixed = binder.rows("mixed", dim);
    this.fed = binder.rows("fed", dim);
  }

  MixerBlock mixer() {
    return mixer;
  }

  /// Changes the rows of `x`, the residual stream.
  void run(Rows x, Step step) {
    int tokens = step.tokens();
    mixer.run(mixerNorm.run(x, normed, tokens), mixed, step);
    mixerPostNorm.run(mixed, mixed, tokens);
    if (shape.residual() == Layer.Residual.SEQUENTIAL) {
      addTo(x, mixed, tokens);
    }
    feedForward.run(feedForwardNorm.run(x, normed, tokens), x, fed, tokens);
    feedForwardPostNorm.run(fed, fed, tokens);
    if (shape.residual() == Layer.Residual.PARALLEL) {
      addTo(x, mixed, tokens);
    }
    addTo(x, fed, tokens);
    if (layerInput.isPresent()) {
      layerInput.get().run(x, fed, tokens);
    }
    if (scale != 1) {
      kernels.scale(x, tokens, modelDim, scale);
    }
  }

  private void addTo(Rows x, Rows change, int tokens) {
    if (shape.residualScale() == 1) {
      kernels.add(change, x, tokens, modelDim);
    } else {
      kernels.addScaled(change, x, tokens, modelDim, shape.residualScale());
    }
  }

  /// The embedding that only this layer gets: `x += norm(P (gelu(G x) * input))`.
  private static final class LayerInput {
    private final Kernels kernels;
    private final int modelDim;
    private final int inputDim;
    private final Projection gate;
    private final Projection projection;
    private final NormBlock norm;
    private final Rows input;
    private final Rows gates;
    private final Activations read;
    private final Activations gated;

    LayerInput(Layer shape, Architecture architecture, Binder binder) {
      this.kernels = binder.kernels();
      this.modelDim = architecture.modelDim();
      this.inputDim = architecture.embedding().perLayerDim();
      this.gate = binder.projection(Role.LAYER_INPUT_GATE, inputDim, modelDim);
      this.projection = binder.projection(Role.LAYER_INPUT_PROJECTION, modelDim, inputDim);
      this.norm = binder.norm(shape.mixerNorm(), Role.LAYER_INPUT_NORM, modelDim);
      this.input =
          EmbeddingBlock.layerInputs(architecture, binder.workspace())
              .from(binder.place().layer() * inputDim);
      this.gates = binder.rows("layer input gates", inputDim);
      this.read = binder.activations(modelDim);
      this.gated = binder.activations(inputDim);
    }

    void run(Rows x, Rows change, int tokens) {
      read.set(x, tokens);
      gate.run(read, gates);
      kernels.activateGated(Activation.GELU_TANH, gates, input, gates, tokens, inputDim);
      gated.set(gates, tokens);
      projection.run(gated, change);
      norm.run(change, change, tokens);
      kernels.add(change, x, tokens, modelDim);
    }
  }
}
