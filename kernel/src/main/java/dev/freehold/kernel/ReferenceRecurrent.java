package dev.freehold.kernel;

/// [RecurrentOps] in plain loops: the definition.
final class ReferenceRecurrent implements RecurrentOps {
  private final ReferenceRows rows = new ReferenceRows();

  @Override
  public void convolve(
      Convolution shape, Rows x, Rows y, int first, float[] state, int from, int to) {
    int channels = shape.channels();
    int history = shape.taps() - 1;
    for (int t = from; t < to; t++) {
      for (int c = 0; c < channels; c++) {
        float chain = 0;
        for (int j = 0; j <= history; j++) {
          int row = t - history + j;
          float value =
              row < 0 ? state[(row + history) * channels + c] : x.data()[x.at(first + row) + c];
          chain = Math.fma(shape.weights()[j * channels + c], value, chain);
        }
        y.data()[y.at(first + t) + c] = shape.bias().length == 0 ? chain : chain + shape.bias()[c];
      }
    }
    if (shape.function() != null) {
      rows.activate(shape.function(), y, y, first + from, first + to, channels);
    }
  }

  @Override
  public void deltaRule(DeltaRule call, int first, int tokens, int from, int to, int worker) {
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
    int base = head * keyDim * valueDim;
    int keyAt = call.keys().at(t) + call.keyHead(head) * keyDim;
    int queryAt = call.queries().at(t) + call.keyHead(head) * keyDim;
    int valueAt = call.values().at(t) + head * valueDim;
    float decay = call.decays().data()[call.decays().at(t) + head];
    float beta = call.betas().data()[call.betas().at(t) + head];
    for (int v = 0; v < valueDim; v++) {
      float recalled = 0;
      for (int k = 0; k < keyDim; k++) {
        int at = base + k * valueDim + v;
        state[at] *= decay;
        recalled = Math.fma(state[at], call.keys().data()[keyAt + k], recalled);
      }
      float delta = (call.values().data()[valueAt + v] - recalled) * beta;
      float output = 0;
      for (int k = 0; k < keyDim; k++) {
        int at = base + k * valueDim + v;
        state[at] = Math.fma(call.keys().data()[keyAt + k], delta, state[at]);
        output = Math.fma(state[at], call.queries().data()[queryAt + k], output);
      }
      call.outputs().data()[call.outputs().at(t) + head * valueDim + v] = output;
    }
  }

  @Override
  public void stateSpace(StateSpace call, int first, int tokens, int from, int to) {
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
    int group = head / (call.heads() / call.groups());
    int bAt = call.b().at(t) + group * stateDim;
    int cAt = call.c().at(t) + group * stateDim;
    float step = call.steps().data()[call.steps().at(t) + head];
    float decay = call.decays().data()[call.decays().at(t) + head];
    for (int p = 0; p < headDim; p++) {
      float x = call.x().data()[call.x().at(t) + head * headDim + p];
      float stepped = step * x;
      float output = 0;
      for (int n = 0; n < stateDim; n++) {
        int at = (head * stateDim + n) * headDim + p;
        state[at] = Math.fma(state[at], decay, stepped * call.b().data()[bAt + n]);
        output = Math.fma(state[at], call.c().data()[cAt + n], output);
      }
      call.outputs().data()[call.outputs().at(t) + head * headDim + p] =
          Math.fma(call.skip()[head], x, output);
    }
  }
}
