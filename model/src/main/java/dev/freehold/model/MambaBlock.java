package dev.freehold.model;

import dev.freehold.kernel.Activation;
import dev.freehold.kernel.Activations;
import dev.freehold.kernel.Convolution;
import dev.freehold.kernel.Kernels;
import dev.freehold.kernel.Rows;
import dev.freehold.kernel.StateSpace;
import java.lang.foreign.Arena;

/// A Mamba-2 mixer bound to its weights.
///
/// ```
/// z, xBC, dt = Win x
/// x, B, C    = silu(convolution(xBC))
/// dt         = clamp(softplus(dt + bias));   decay = exp(A * dt)
/// y          = Wout norm(state space(x, B, C, dt, decay) * silu(z))
/// ```
final class MambaBlock implements MixerBlock {
  private final Kernels kernels;
  private final Mixer.Mamba2 shape;
  private final int layer;
  private final int inner;
  private final Projection inputs;
  private final Projection output;
  private final Convolution convolution;
  private final float[] timeStepBias;
  private final float[] decayFactors;
  private final float[] skip;
  private final NormBlock norm;
  private final Activations input;
  private final Activations mixed;
  private final Rows joined;
  private final Rows unconvolved;
  private final Rows convolved;
  private final Rows timeSteps;
  private final Rows steps;
  private final Rows decays;
  private final Rows outputs;

  MambaBlock(Mixer.Mamba2 shape, int modelDim, Binder binder) {
    int heads = shape.heads();
    this.kernels = binder.kernels();
    this.shape = shape;
    this.layer = binder.place().layer();
    this.inner = Math.multiplyExact(heads, shape.headDim());
    int channels = inner + 2 * shape.groups() * shape.stateDim();
    int width = inner + channels + heads;
    this.inputs = binder.projection(Role.MAMBA_INPUT, width, modelDim);
    this.output = binder.projection(Role.MAMBA_OUTPUT, modelDim, inner);
    this.convolution =
        Recurrences.convolution(
            channels, shape.taps(), shape.convolutionBias(), Activation.SILU, binder);
    this.timeStepBias = binder.vector(Role.TIME_STEP_BIAS, heads);
    this.decayFactors = Recurrences.decayFactors(heads, binder);
    this.skip = binder.vector(Role.MAMBA_SKIP, heads);
    this.norm = binder.norm(new Normalization.Rms(shape.epsilon(), true), Role.MAMBA_NORM, inner);
    this.input = binder.activations(modelDim);
    this.mixed = binder.activations(inner);
    this.joined = binder.rows("mamba inputs", width);
    this.unconvolved = joined.from(inner);
    this.timeSteps = joined.from(inner + channels);
    this.convolved = binder.rows("mamba convolved", channels);
    this.steps = binder.rows("mamba steps", heads);
    this.decays = binder.rows("mamba decays", heads);
    this.outputs = binder.rows("mamba outputs", inner);
  }

  @Override
  public LayerState newState(Arena arena) {
    float[] memory = new float[Math.multiplyExact(inner, shape.stateDim())];
    StateSpace call =
        new StateSpace(
            shape.heads(),
            shape.groups(),
            shape.headDim(),
            shape.stateDim(),
            convolved,
            convolved.from(inner),
            convolved.from(inner + shape.groups() * shape.stateDim()),
            steps,
            decays,
            skip,
            memory,
            outputs);
    return new LayerState.Mamba(new float[convolution.stateSize()], call);
  }

  @Override
  public void run(Rows x, Rows y, Step step) {
    int tokens = step.tokens();
    int heads = shape.heads();
    input.set(x, tokens);
    inputs.run(input, joined);
    for (int part = 0; part < step.parts(); part++) {
      float[] history = state(step, part).convolution();
      kernels.convolve(
          convolution, unconvolved, convolved, step.firstRow(part), step.count(part), history);
    }
    kernels.addBias(timeSteps, tokens, timeStepBias);
    kernels.activate(Activation.SOFTPLUS, timeSteps, steps, tokens, heads);
    clampSteps(tokens);
    kernels.multiplyColumns(decays, tokens, decayFactors);
    kernels.activate(Activation.EXP, decays, decays, tokens, heads);
    for (int part = 0; part < step.parts(); part++) {
      kernels.stateSpace(state(step, part).call(), step.firstRow(part), step.count(part));
    }
    kernels.activateGated(Activation.SILU, joined, outputs, outputs, tokens, inner);
    norm.run(outputs, outputs, tokens);
    mixed.set(outputs, tokens);
    output.run(mixed, y);
  }

  private LayerState.Mamba state(Step step, int part) {
    return (LayerState.Mamba) step.state(part, layer);
  }

  /// Limits the time steps and copies them to where the decays are computed.
  private void clampSteps(int tokens) {
    for (int t = 0; t < tokens; t++) {
      for (int h = 0; h < shape.heads(); h++) {
        float step = Math.clamp(steps.data()[steps.at(t) + h], shape.minStep(), shape.maxStep());
        steps.data()[steps.at(t) + h] = step;
        decays.data()[decays.at(t) + h] = step;
      }
    }
  }
}
