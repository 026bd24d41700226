package dev.freehold.train.step;

import dev.freehold.kernel.Kernels;
import dev.freehold.kernel.Norm;
import dev.freehold.kernel.ProductShape;
import dev.freehold.kernel.RopeTable;
import dev.freehold.kernel.Rows;
import dev.freehold.kernel.TrainingKernels;
import dev.freehold.kernel.Write;
import dev.freehold.model.Architecture;
import dev.freehold.model.FeedForward;
import dev.freehold.model.Layer;
import dev.freehold.model.Mixer;
import dev.freehold.model.Normalization;
import dev.freehold.model.Positions;
import dev.freehold.model.Role;
import dev.freehold.train.TrainException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// A model in training: the forward pass of a batch to its loss, and the gradients of all weights.
///
/// The forward pass has the bits of the engine with float32 weights, activations and cache. Logits
/// are made for [#HEAD_ROWS] rows at a time; the gradient of the head's weights is the sum over
/// these parts in ascending order.
public final class TrainedModel {
  /// Rows of logits that are held at a time.
  public static final int HEAD_ROWS = 1024;

  private final Architecture architecture;
  private final Parameters parameters;
  private final Kernels kernels;
  private final TrainingKernels training;
  private final boolean recompute;
  private final int sequences;
  private final int length;
  private final int rows;
  private final TrainedLayer[] layers;
  private final LayerTape[] tapes;
  private final Rows[] streams;
  private final Rows normed;
  private final Rows gradient;
  private final Rows logits;
  private final LayerGradients work;
  private final Norm finalNorm;
  private final float[] losses;

  /// What the layers compute with.
  record Tools(
      Kernels kernels,
      TrainingKernels training,
      int rows,
      int length,
      Map<Positions.Rotary, RopeTable> tables) {
    /// The rotation of every row of a batch.
    RopeTable table(Positions.Rotary rotary) {
      return tables.computeIfAbsent(
          rotary,
          kind -> {
            RopeTable table = kind.table(rows);
            for (int t = 0; t < rows; t++) {
              table.set(t, t % length);
            }
            return table;
          });
    }
  }

  /// @param sequences sequences of a batch
  /// @param length tokens of each
  /// @param recompute whether layers compute anew on the way back what else would be kept
  public TrainedModel(
      Architecture architecture,
      Parameters parameters,
      Kernels kernels,
      int sequences,
      int length,
      boolean recompute) {
    this.architecture = architecture;
    this.parameters = parameters;
    this.kernels = kernels;
    this.training = TrainingKernels.open(kernels);
    this.recompute = recompute;
    this.sequences = sequences;
    this.length = length;
    this.rows = Math.multiplyExact(sequences, length);
    if (length > architecture.contextLength()) {
      throw new TrainException(
          "sequences of %d tokens: the model is made for %d"
              .formatted(length, architecture.contextLength()));
    }
    List<Layer> shapes = architecture.layers();
    int dim = architecture.modelDim();
    Tools tools = new Tools(kernels, training, rows, length, new HashMap<>());
    layers = new TrainedLayer[shapes.size()];
    tapes = new LayerTape[shapes.size()];
    streams = new Rows[shapes.size() + 1];
    for (int i = 0; i < layers.length; i++) {
      layers[i] = new TrainedLayer(shapes.get(i), i, dim, rows, parameters, tools);
      boolean shared = recompute && i > 0 && shapes.get(i).equals(shapes.getFirst());
      tapes[i] = shared ? tapes[0] : new LayerTape(shapes.get(i), dim, sequences, length);
    }
    for (int i = 0; i < streams.length; i++) {
      streams[i] = Rows.allocate(rows, dim);
    }
    normed = Rows.allocate(rows, dim);
    gradient = Rows.allocate(rows, dim);
    logits = Rows.allocate(Math.min(rows, HEAD_ROWS), architecture.vocabSize());
    work = newGradients(shapes, rows, dim);
    losses = new float[rows];
    Normalization.Rms rms = (Normalization.Rms) architecture.finalNorm();
    Parameter weights = parameters.get(Role.FINAL_NORM, 0);
    finalNorm = new Norm(dim, weights.values(), rms.epsilon());
  }

  private static LayerGradients newGradients(List<Layer> shapes, int rows, int dim) {
    Widths widths = Widths.of(shapes);
    return new LayerGradients(rows, dim, widths.query(), widths.key(), widths.hidden());
  }

  /// The largest widths of all layers.
  private record Widths(int query, int key, int hidden, int head) {
    static Widths of(List<Layer> layers) {
      int query = 0;
      int key = 0;
      int hidden = 0;
      int head = 0;
      for (Layer layer : layers) {
        Mixer.Heads heads = ((Mixer.Attention) layer.mixer()).heads();
        head = Math.max(head, heads.keyDim());
        query = Math.max(query, heads.queries() * heads.keyDim());
        key = Math.max(key, heads.keyValues() * heads.keyDim());
        hidden = Math.max(hidden, ((FeedForward.GatedMlp) layer.feedForward()).hiddenDim());
      }
      return new Widths(query, key, hidden, head);
    }
  }

  /// Bytes of scratch memory that the kernels have taken so far.
  public long scratchBytes() {
    return training.scratchBytes();
  }

  /// Bytes that the rows of such a model take, weights and their gradients apart.
  public static long workspaceBytes(
      Architecture architecture, int sequences, int length, boolean recompute) {
    List<Layer> layers = architecture.layers();
    long rows = (long) sequences * length;
    long dim = architecture.modelDim();
    Widths widths = Widths.of(layers);
    long tapes = 0;
    for (int i = 0; i < layers.size(); i++) {
      boolean shared = recompute && i > 0 && layers.get(i).equals(layers.getFirst());
      tapes += shared ? 0 : LayerTape.bytes(layers.get(i), architecture.modelDim(), rows);
    }
    long streams = Float.BYTES * rows * dim * (layers.size() + 3);
    long logits = Float.BYTES * Math.min(rows, HEAD_ROWS) * architecture.vocabSize();
    long rotations = Float.BYTES * rows * widths.head();
    return tapes
        + rotations
        + streams
        + logits
        + Float.BYTES * rows
        + LayerGradients.bytes(rows, dim, widths.query(), widths.key(), widths.hidden());
  }

  private void checkShape(Batch batch) {
    if (batch.sequences() != sequences || batch.length() != length) {
      throw new TrainException(
          "batch: expected %d sequences of %d tokens, found %d of %d"
              .formatted(sequences, length, batch.sequences(), batch.length()));
    }
  }

  private void forward(Batch batch) {
    checkShape(batch);
    int dim = architecture.modelDim();
    float[] table = parameters.get(Role.EMBEDDING, 0).values();
    training.embed(table, dim, batch.tokens(), 0, rows, streams[0]);
    for (int i = 0; i < layers.length; i++) {
      layers[i].forward(streams[i], streams[i + 1], tapes[i], normed);
    }
    kernels.rmsNorm(streams[layers.length], normed, rows, finalNorm);
  }

  private Parameter head() {
    return parameters.get(architecture.output().tied() ? Role.EMBEDDING : Role.OUTPUT, 0);
  }

  private ProductShape headShape(int count) {
    return new ProductShape(count, architecture.vocabSize(), architecture.modelDim());
  }

  /// The sum of the losses of the targets that count, without gradients.
  public float loss(Batch batch) {
    forward(batch);
    for (int from = 0; from < rows; from += HEAD_ROWS) {
      int count = Math.min(HEAD_ROWS, rows - from);
      headLosses(batch, from, count, 0);
    }
    return training.sum(losses, 0, rows);
  }

  private void headLosses(Batch batch, int from, int count, float scale) {
    training.forward(headShape(count), normed.skip(from), head().values(), logits);
    training.crossEntropy(
        logits, count, architecture.vocabSize(), batch.targets(), from, scale, losses);
  }

  /// The sum of the losses, and the gradients of `scale` times that sum.
  ///
  /// @param write what becomes of the gradients that stand there: those of an earlier part of the
  ///   same step are added to
  public float gradients(Batch batch, float scale, Write write) {
    forward(batch);
    int dim = architecture.modelDim();
    Parameter head = head();
    for (int from = 0; from < rows; from += HEAD_ROWS) {
      int count = Math.min(HEAD_ROWS, rows - from);
      headLosses(batch, from, count, scale);
      ProductShape shape = headShape(count);
      Write first = from == 0 ? write : Write.ADD;
      Rows inputs = normed.skip(from);
      training.weightGradient(shape, logits, inputs, head.gradient(), first);
      training.inputGradient(shape, logits, head.values(), gradient.skip(from), Write.SET);
    }
    float[] normGradient = parameters.get(Role.FINAL_NORM, 0).gradient();
    Rows last = streams[layers.length];
    training.rmsNormGradient(
        last, gradient, gradient, rows, finalNorm, Write.SET, normGradient, write);
    for (int i = layers.length - 1; i >= 0; i--) {
      if (recompute && tapes[i] == tapes[0] && i != layers.length - 1) {
        layers[i].forward(streams[i], normed, tapes[i], work.block);
      }
      layers[i].backward(streams[i], gradient, tapes[i], work, write);
    }
    float[] table = parameters.get(Role.EMBEDDING, 0).gradient();
    if (!architecture.output().tied() && write == Write.SET) {
      Arrays.fill(table, 0);
    }
    training.embedGradient(gradient, dim, batch.tokens(), 0, rows, table);
    return training.sum(losses, 0, rows);
  }

  /// Logits of the last forward pass are not kept: this makes those of all rows of a batch anew.
  ///
  /// @param out rows of the vocabulary's size
  public void logits(Batch batch, Rows out) {
    forward(batch);
    for (int from = 0; from < rows; from += HEAD_ROWS) {
      int count = Math.min(HEAD_ROWS, rows - from);
      training.forward(headShape(count), normed.skip(from), head().values(), out.skip(from));
    }
  }

  TrainingKernels training() {
    return training;
  }
}
