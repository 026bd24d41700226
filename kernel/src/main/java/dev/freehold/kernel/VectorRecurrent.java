package dev.freehold.kernel;

import java.lang.invoke.MethodHandles;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/// [RecurrentOps] with the Vector API, lanes over channels or value elements; a template, see
/// [VectorTemplates]. Shapes that do not fill whole vectors go to the reference.
final class VectorRecurrent implements RecurrentOps {
  private static final VectorSpecies<Float> F = VectorTemplates.species(MethodHandles.lookup());
  private static final int L = F.length();

  private final ReferenceRecurrent reference = new ReferenceRecurrent();
  private final RowOps rows = VectorTemplates.load(RowOps.class, "VectorRows", F.vectorBitSize());

  @Override
  public void convolve(
      Convolution shape, Rows x, Rows y, int first, float[] state, int from, int to) {
    int channels = shape.channels();
    int history = shape.taps() - 1;
    if (channels % L != 0) {
      reference.convolve(shape, x, y, first, state, from, to);
      return;
    }
    for (int t = from; t < to; t++) {
      for (int c = 0; c < channels; c += L) {
        FloatVector chain = FloatVector.zero(F);
        for (int j = 0; j <= history; j++) {
          int row = t - history + j;
          FloatVector value =
              row < 0
                  ? FloatVector.fromArray(F, state, (row + history) * channels + c)
                  : FloatVector.fromArray(F, x.data(), x.at(first + row) + c);
          FloatVector weight = FloatVector.fromArray(F, shape.weights(), j * channels + c);
          chain = weight.lanewise(VectorOperators.FMA, value, chain);
        }
        if (shape.bias().length != 0) {
          chain = chain.add(FloatVector.fromArray(F, shape.bias(), c));
        }
        chain.intoArray(y.data(), y.at(first + t) + c);
      }
    }
    Activation function = shape.function();
    if (function != null) {
      rows.activate(function, y, y, first + from, first + to, channels);
    }
  }

  @Override
  public void deltaRule(DeltaRule call, int first, int tokens, int from, int to, int worker) {
    if (call.valueDim() % L != 0) {
      reference.deltaRule(call, first, tokens, from, to, worker);
      return;
    }
    for (int head = from; head < to; head++) {
      for (int t = first; t < first + tokens; t++) {
        deltaStep(call, head, t);
      }
    }
  }

  private static void deltaStep(DeltaRule call, int head, int t) {
    int keyDim = call.keyDim();
    int valueDim = call.valueDim();
    float[] state = call.state();
    float[] keys = call.keys().data();
    float[] queries = call.queries().data();
    int base = head * keyDim * valueDim;
    int keyAt = call.keys().at(t) + call.keyHead(head) * keyDim;
    int queryAt = call.queries().at(t) + call.keyHead(head) * keyDim;
    int valueAt = call.values().at(t) + head * valueDim;
    int outputAt = call.outputs().at(t) + head * valueDim;
    float decay = call.decays().data()[call.decays().at(t) + head];
    float beta = call.betas().data()[call.betas().at(t) + head];
    for (int v = 0; v < valueDim; v += L) {
      FloatVector recalled = FloatVector.zero(F);
      for (int k = 0; k < keyDim; k++) {
        int at = base + k * valueDim + v;
        FloatVector s = FloatVector.fromArray(F, state, at).mul(decay);
        s.intoArray(state, at);
        recalled =
            s.lanewise(VectorOperators.FMA, FloatVector.broadcast(F, keys[keyAt + k]), recalled);
      }
      FloatVector delta =
          FloatVector.fromArray(F, call.values().data(), valueAt + v).sub(recalled).mul(beta);
      FloatVector output = FloatVector.zero(F);
      for (int k = 0; k < keyDim; k++) {
        int at = base + k * valueDim + v;
        FloatVector s =
            delta.lanewise(
                VectorOperators.FMA,
                FloatVector.broadcast(F, keys[keyAt + k]),
                FloatVector.fromArray(F, state, at));
        s.intoArray(state, at);
        output =
            s.lanewise(VectorOperators.FMA, FloatVector.broadcast(F, queries[queryAt + k]), output);
      }
      output.intoArray(call.outputs().data(), outputAt + v);
    }
  }

  @Override
  public void stateSpace(StateSpace call, int first, int tokens, int from, int to) {
    if (call.headDim() % L != 0) {
      reference.stateSpace(call, first, tokens, from, to);
      return;
    }
    for (int head = from; head < to; head++) {
      for (int t = first; t < first + tokens; t++) {
        stateSpaceStep(call, head, t);
      }
    }
  }

  private static void stateSpaceStep(StateSpace call, int head, int t) {
    int headDim = call.headDim();
    int stateDim = call.stateDim();
    float[] state = call.state();
    float[] b = call.b().data();
    float[] c = call.c().data();
    int group = head / (call.heads() / call.groups());
    int bAt = call.b().at(t) + group * stateDim;
    int cAt = call.c().at(t) + group * stateDim;
    int xAt = call.x().at(t) + head * headDim;
    int outputAt = call.outputs().at(t) + head * headDim;
    float step = call.steps().data()[call.steps().at(t) + head];
    FloatVector decay = FloatVector.broadcast(F, call.decays().data()[call.decays().at(t) + head]);
    for (int p = 0; p < headDim; p += L) {
      FloatVector x = FloatVector.fromArray(F, call.x().data(), xAt + p);
      FloatVector stepped = x.mul(step);
      FloatVector output = FloatVector.zero(F);
      for (int n = 0; n < stateDim; n++) {
        int at = (head * stateDim + n) * headDim + p;
        FloatVector s =
            FloatVector.fromArray(F, state, at)
                .lanewise(VectorOperators.FMA, decay, stepped.mul(b[bAt + n]));
        s.intoArray(state, at);
        output = s.lanewise(VectorOperators.FMA, FloatVector.broadcast(F, c[cAt + n]), output);
      }
      x.lanewise(VectorOperators.FMA, FloatVector.broadcast(F, call.skip()[head]), output)
          .intoArray(call.outputs().data(), outputAt + p);
    }
  }
}
