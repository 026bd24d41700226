package dev.freehold.model;

import dev.freehold.kernel.Activation;
import dev.freehold.kernel.Activations;
import dev.freehold.kernel.Convolution;
import dev.freehold.kernel.DeltaRule;
import dev.freehold.kernel.Kernels;
import dev.freehold.kernel.Norm;
import dev.freehold.kernel.Rows;
import java.lang.foreign.Arena;

/// A gated delta net bound to its weights.
///
/// ```
/// q, k, v = silu(convolution(Win x));   q, k normalized to length 1, q / sqrt(keyDim)
/// decay   = exp(A * softplus(Wa x + bias)),   beta = sigmoid(Wb x)
/// y       = Wout (norm(delta rule(q, k, v, decay, beta)) * silu(Wz x))
/// ```
final class DeltaNetBlock implements MixerBlock {
  private static final float[] NONE = {};
  private static final float LENGTH_EPSILON = 1e-6f;

  private final Kernels kernels;
  private final Mixer.GatedDeltaNet shape;
  private final int layer;
  private final Projection inputs;
  private final Projection gate;
  private final Projection beta;
  private final Projection alpha;
  private final Projection output;
  private final Convolution convolution;
  private final float[] timeStepBias;
  private final float[] decayFactors;
  private final Norm lengthNorm;
  private final NormBlock norm;
  private final Activations input;
  private final Activations mixed;
  private final Rows joined;
  private final Rows convolved;
  private final Rows queries;
  private final Rows keys;
  private final Rows values;
  private final Rows gates;
  private final Rows decays;
  private final Rows betas;
  private final Rows outputs;

  DeltaNetBlock(Mixer.GatedDeltaNet shape, int modelDim, Binder binder) {
    int keySize = shape.keyHeads() * shape.keyDim();
    int valueSize = shape.valueHeads() * shape.valueDim();
    int channels = 2 * keySize + valueSize;
    int heads = shape.valueHeads();
    this.kernels = binder.kernels();
    this.shape = shape;
    this.layer = binder.place().layer();
    this.inputs = binder.projection(Role.DELTA_INPUT, channels, modelDim);
    this.gate = binder.projection(Role.DELTA_GATE, valueSize, modelDim);
    this.beta = binder.projection(Role.DELTA_BETA, heads, modelDim);
    this.alpha = binder.projection(Role.DELTA_ALPHA, heads, modelDim);
    this.output = binder.projection(Role.DELTA_OUTPUT, modelDim, valueSize);
    this.convolution =
        Recurrences.convolution(channels, shape.taps(), false, Activation.SILU, binder);
    this.timeStepBias = binder.vector(Role.TIME_STEP_BIAS, heads);
    this.decayFactors = Recurrences.decayFactors(heads, binder);
    this.lengthNorm = new Norm(shape.keyDim(), shape.keyHeads(), NONE, NONE, LENGTH_EPSILON);
    this.norm =
        binder.norm(
            new Normalization.Rms(shape.epsilon(), true), Role.DELTA_NORM, shape.valueDim(), heads);
    this.input = binder.activations(modelDim);
    this.mixed = binder.activations(valueSize);
    this.joined = binder.rows("delta inputs", channels);
    this.convolved = binder.rows("delta convolved", channels);
    this.queries = convolved;
    this.keys = convolved.from(keySize);
    this.values = convolved.from(2 * keySize);
    this.gates = binder.rows("delta gates", valueSize);
    this.decays = binder.rows("delta decays", heads);
    this.betas = binder.rows("delta betas", heads);
    this.outputs = binder.rows("delta outputs", valueSize);
  }

  @Override
  public LayerState newState(Arena arena) {
    float[] memory =
        new float
            [Math.multiplyExact(
                Math.multiplyExact(shape.valueHeads(), shape.keyDim()), shape.valueDim())];
    DeltaRule call =
        new DeltaRule(
            shape.keyHeads(),
            shape.valueHeads(),
            shape.keyDim(),
            shape.valueDim(),
            shape.tiled(),
            queries,
            keys,
            values,
            decays,
            betas,
            memory,
            outputs);
    return new LayerState.DeltaNet(new float[convolution.stateSize()], call);
  }

  @Override
  public void run(Rows x, Rows y, Step step) {
    int tokens = step.tokens();
    int heads = shape.valueHeads();
    input.set(x, tokens);
    inputs.run(input, joined);
    gate.run(input, gates);
    beta.run(input, betas);
    alpha.run(input, decays);
    for (int part = 0; part < step.parts(); part++) {
      float[] history = state(step, part).convolution();
      kernels.convolve(
          convolution, joined, convolved, step.firstRow(part), step.count(part), history);
    }
    kernels.l2Norm(queries, queries, tokens, lengthNorm, 1 / (float) Math.sqrt(shape.keyDim()));
    kernels.l2Norm(keys, keys, tokens, lengthNorm, 1);
    kernels.activate(Activation.SIGMOID, betas, betas, tokens, heads);
    kernels.addBias(decays, tokens, timeStepBias);
    kernels.activate(Activation.SOFTPLUS, decays, decays, tokens, heads);
    kernels.multiplyColumns(decays, tokens, decayFactors);
    kernels.activate(Activation.EXP, decays, decays, tokens, heads);
    for (int part = 0; part < step.parts(); part++) {
      kernels.deltaRule(state(step, part).call(), step.firstRow(part), step.count(part));
    }
    norm.run(outputs, outputs, tokens);
    kernels.activateGated(
        Activation.SILU, gates, outputs, outputs, tokens, heads * shape.valueDim());
    mixed.set(outputs, tokens);
    output.run(mixed, y);
  }

  private LayerState.DeltaNet state(Step step, int part) {
    return (LayerState.DeltaNet) step.state(part, layer);
  }
}
