package dev.freehold.train.step;

import dev.freehold.kernel.Activation;
import dev.freehold.kernel.Kernels;
import dev.freehold.kernel.Norm;
import dev.freehold.kernel.ProductShape;
import dev.freehold.kernel.Rope;
import dev.freehold.kernel.RopeTable;
import dev.freehold.kernel.Rows;
import dev.freehold.kernel.TrainingKernels;
import dev.freehold.kernel.Write;
import dev.freehold.model.FeedForward;
import dev.freehold.model.Layer;
import dev.freehold.model.Mixer;
import dev.freehold.model.Normalization;
import dev.freehold.model.Positions;
import dev.freehold.model.Role;

/// One layer with its weights, forward and back; the same computation as the engine's layer.
///
/// ```
/// middle = x + postNorm(Wo attention(rope(norm(Wq n)), rope(norm(Wk n)), Wv n)),  n = norm(x)
/// y      = middle + postNorm(Wdown (silu(Wgate m) * Wup m)),                      m = norm(middle)
/// ```
final class TrainedLayer {
  private final Kernels kernels;
  private final TrainingKernels training;
  private final Layer layer;
  private final int dim;
  private final int rows;
  private final RopeTable ropeTable;
  private final Rope queryRope;
  private final Rope keyRope;
  private final NormWeights mixerNorm;
  private final NormWeights mixerPostNorm;
  private final NormWeights queryNorm;
  private final NormWeights keyNorm;
  private final NormWeights feedForwardNorm;
  private final NormWeights feedForwardPostNorm;
  private final Linear query;
  private final Linear key;
  private final Linear value;
  private final Linear output;
  private final Linear gate;
  private final Linear up;
  private final Linear down;

  /// A matrix and the shape of its products.
  private record Linear(Parameter weights, ProductShape shape) {}

  /// A normalization and its weights' gradient.
  private record NormWeights(boolean present, Norm norm, float[] gradient) {
    private static final NormWeights NONE =
        new NormWeights(false, new Norm(1, new float[0], 0), new float[0]);
  }

  TrainedLayer(
      Layer layer, int number, int dim, int rows, Parameters parameters, TrainedModel.Tools tools) {
    this.kernels = tools.kernels();
    this.training = tools.training();
    this.layer = layer;
    this.dim = dim;
    this.rows = rows;
    Mixer.Attention mixer = (Mixer.Attention) layer.mixer();
    Mixer.Heads heads = mixer.heads();
    Positions.Rotary rotary = (Positions.Rotary) mixer.positions();
    this.ropeTable = tools.table(rotary);
    this.queryRope = new Rope(heads.queries(), heads.keyDim(), 0, rotary.pairing());
    this.keyRope = new Rope(heads.keyValues(), heads.keyDim(), 0, rotary.pairing());
    Normalization queryKey = mixer.norms().queryKey();
    boolean whole = mixer.norms().whole();
    this.mixerNorm = norm(layer.mixerNorm(), Role.MIXER_NORM, number, 1, parameters);
    this.mixerPostNorm = norm(layer.mixerPostNorm(), Role.MIXER_POST_NORM, number, 1, parameters);
    this.queryNorm =
        norm(queryKey, Role.QUERY_NORM, number, whole ? 1 : heads.queries(), parameters);
    this.keyNorm = norm(queryKey, Role.KEY_NORM, number, whole ? 1 : heads.keyValues(), parameters);
    this.feedForwardNorm =
        norm(layer.feedForwardNorm(), Role.FEED_FORWARD_NORM, number, 1, parameters);
    this.feedForwardPostNorm =
        norm(layer.feedForwardPostNorm(), Role.FEED_FORWARD_POST_NORM, number, 1, parameters);
    this.query = linear(Role.QUERY, number, parameters);
    this.key = linear(Role.KEY, number, parameters);
    this.value = linear(Role.VALUE, number, parameters);
    this.output = linear(Role.ATTENTION_OUTPUT, number, parameters);
    this.gate = linear(Role.GATE, number, parameters);
    this.up = linear(Role.UP, number, parameters);
    this.down = linear(Role.DOWN, number, parameters);
  }

  private Linear linear(Role role, int number, Parameters parameters) {
    Parameter weights = parameters.get(role, number);
    int n = weights.shape().get(0);
    return new Linear(weights, new ProductShape(rows, n, weights.shape().get(1)));
  }

  private static NormWeights norm(
      Normalization kind, Role role, int number, int groups, Parameters parameters) {
    if (!(kind instanceof Normalization.Rms rms)) {
      return NormWeights.NONE;
    }
    Parameter weights = parameters.get(role, number);
    int n = weights.values().length;
    Norm norm = new Norm(n, groups, weights.values(), new float[0], rms.epsilon());
    return new NormWeights(true, norm, weights.gradient());
  }

  private Rows normalize(NormWeights norm, Rows x, Rows y) {
    if (!norm.present()) {
      return x;
    }
    kernels.rmsNorm(x, y, rows, norm.norm());
    return y;
  }

  private void multiply(Linear linear, Rows x, Rows y) {
    training.forward(linear.shape(), x, linear.weights().values(), y);
  }

  private int hidden() {
    return ((FeedForward.GatedMlp) layer.feedForward()).hiddenDim();
  }

  /// From the stream `x` to the stream `y`; `scratch` holds a block's normalized result.
  void forward(Rows x, Rows y, LayerTape tape, Rows scratch) {
    Rows n = normalize(mixerNorm, x, tape.normed);
    multiply(query, n, tape.rawQueries);
    multiply(key, n, tape.rawKeys);
    multiply(value, n, tape.values);
    normalize(queryNorm, tape.rawQueries, tape.queries);
    normalize(keyNorm, tape.rawKeys, tape.keys);
    kernels.rope(tape.queries, rows, queryRope, ropeTable);
    kernels.rope(tape.keys, rows, keyRope, ropeTable);
    training.attention(tape.attention);
    multiply(output, tape.attended, tape.mixed);
    copy(x, tape.middle);
    kernels.add(normalize(mixerPostNorm, tape.mixed, scratch), tape.middle, rows, dim);

    Rows m = normalize(feedForwardNorm, tape.middle, tape.middleNormed);
    multiply(gate, m, tape.gate);
    multiply(up, m, tape.up);
    kernels.activateGated(Activation.SILU, tape.gate, tape.up, tape.gated, rows, hidden());
    multiply(down, tape.gated, tape.fed);
    copy(tape.middle, y);
    kernels.add(normalize(feedForwardPostNorm, tape.fed, scratch), y, rows, dim);
  }

  private void copy(Rows from, Rows to) {
    System.arraycopy(from.data(), 0, to.data(), 0, rows * dim);
  }

  /// The gradient of what the layer read, in place of that of what it wrote.
  ///
  /// @param x the stream that the layer read
  /// @param dx the gradient
  /// @param write what becomes of the weights' gradients
  void backward(Rows x, Rows dx, LayerTape tape, LayerGradients work, Write write) {
    Rows fed = resultGradient(feedForwardPostNorm, tape.fed, dx, work.result, write);
    back(down, fed, tape.gated, work.gated, Write.SET, write);
    training.swigluGradient(work.gated, tape.gate, tape.up, rows, hidden());
    Rows m = feedForwardNorm.present() ? tape.middleNormed : tape.middle;
    back(gate, tape.gate, m, work.block, Write.SET, write);
    back(up, tape.up, m, work.block, Write.ADD, write);
    streamGradient(feedForwardNorm, tape.middle, work.block, dx, write);

    Rows mixed = resultGradient(mixerPostNorm, tape.mixed, dx, work.result, write);
    back(output, mixed, tape.attended, work.attention.outputs(), Write.SET, write);
    training.attentionGradient(tape.attention, work.attention);
    Rows queries = work.attention.queries();
    Rows keys = work.attention.keys();
    training.ropeGradient(queries, rows, queryRope, ropeTable);
    training.ropeGradient(keys, rows, keyRope, ropeTable);
    headGradient(queryNorm, tape.rawQueries, queries, write);
    headGradient(keyNorm, tape.rawKeys, keys, write);
    Rows n = mixerNorm.present() ? tape.normed : x;
    back(query, queries, n, work.block, Write.SET, write);
    back(key, keys, n, work.block, Write.ADD, write);
    back(value, work.attention.values(), n, work.block, Write.ADD, write);
    streamGradient(mixerNorm, x, work.block, dx, write);
  }

  /// Gradients of a product's weights and inputs.
  private void back(Linear linear, Rows dy, Rows x, Rows dx, Write inputs, Write weights) {
    Parameter parameter = linear.weights();
    training.weightGradient(linear.shape(), dy, x, parameter.gradient(), weights);
    training.inputGradient(linear.shape(), dy, parameter.values(), dx, inputs);
  }

  /// Through the norm behind a block, if there is one.
  private Rows resultGradient(NormWeights norm, Rows x, Rows dy, Rows scratch, Write write) {
    if (!norm.present()) {
      return dy;
    }
    training.rmsNormGradient(x, dy, scratch, rows, norm.norm(), Write.SET, norm.gradient(), write);
    return scratch;
  }

  /// Through the norm before a block, if there is one, added to the stream's gradient.
  private void streamGradient(NormWeights norm, Rows x, Rows dy, Rows dx, Write write) {
    if (norm.present()) {
      training.rmsNormGradient(x, dy, dx, rows, norm.norm(), Write.ADD, norm.gradient(), write);
    } else {
      kernels.add(dy, dx, rows, dim);
    }
  }

  private void headGradient(NormWeights norm, Rows x, Rows dy, Write write) {
    if (norm.present()) {
      training.rmsNormGradient(x, dy, dy, rows, norm.norm(), Write.SET, norm.gradient(), write);
    }
  }
}
