package dev.freehold.model;

import dev.freehold.kernel.Activations;
import dev.freehold.kernel.Convolution;
import dev.freehold.kernel.Kernels;
import dev.freehold.kernel.Rows;
import java.lang.foreign.Arena;

/// A gated short convolution bound to its weights: `y = Wout (C * convolution(B * x))`, B, C, x =
/// Win x.
final class ShortConvolutionBlock implements MixerBlock {
  private final Kernels kernels;
  private final int layer;
  private final int modelDim;
  private final Projection inputs;
  private final Projection output;
  private final Convolution convolution;
  private final Activations input;
  private final Rows joined;
  private final Rows second;
  private final Rows third;
  private final Rows convolved;

  ShortConvolutionBlock(Mixer.ShortConvolution shape, int modelDim, Binder binder) {
    this.kernels = binder.kernels();
    this.layer = binder.place().layer();
    this.modelDim = modelDim;
    this.inputs = binder.projection(Role.CONVOLUTION_INPUT, 3 * modelDim, modelDim, shape.bias());
    this.output = binder.projection(Role.CONVOLUTION_OUTPUT, modelDim, modelDim, shape.bias());
    this.convolution = Recurrences.convolution(modelDim, shape.taps(), shape.bias(), null, binder);
    this.input = binder.activations(modelDim);
    this.joined = binder.rows("convolution inputs", 3 * modelDim);
    this.second = joined.from(modelDim);
    this.third = joined.from(2 * modelDim);
    this.convolved = binder.rows("convolved", modelDim);
  }

  @Override
  public LayerState newState(Arena arena) {
    return new LayerState.Convolution(new float[convolution.stateSize()]);
  }

  @Override
  public void run(Rows x, Rows y, Step step) {
    int tokens = step.tokens();
    input.set(x, tokens);
    inputs.run(input, joined);
    kernels.multiply(joined, third, tokens, modelDim);
    for (int part = 0; part < step.parts(); part++) {
      float[] history = ((LayerState.Convolution) step.state(part, layer)).convolution();
      kernels.convolve(
          convolution, third, convolved, step.firstRow(part), step.count(part), history);
    }
    kernels.multiply(second, convolved, tokens, modelDim);
    input.set(convolved, tokens);
    output.run(input, y);
  }
}
