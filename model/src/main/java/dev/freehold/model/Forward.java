package dev.freehold.model;

import dev.freehold.kernel.Activations;
import dev.freehold.kernel.Kernels;
import dev.freehold.kernel.Rows;
import java.lang.foreign.Arena;
import java.util.function.BooleanSupplier;

/// The forward pass of one model, from token ids to logits, in the order of the data flow.
///
/// ```
/// x       = embedding(ids) * scale (+ position embedding)
/// x      += mixer(norm(x)),  x += feedForward(norm(x))        for each layer
/// logits  = W norm(x) * scale, capped
/// ```
final class Forward {
  private final Kernels kernels;
  private final Architecture architecture;
  private final EmbeddingBlock embedding;
  private final PositionTables positions;
  private final LayerBlock[] layers;
  private final NormBlock finalNorm;
  private final Projection output;
  private final Activations read;
  private final Rows x;
  private final Rows normed;
  private final Workspace workspace;

  Forward(Architecture architecture, Binder binder) {
    int dim = architecture.modelDim();
    this.kernels = binder.kernels();
    this.architecture = architecture;
    this.positions = binder.positions();
    this.workspace = binder.workspace();
    this.embedding = new EmbeddingBlock(architecture, binder);
    this.layers = new LayerBlock[architecture.layers().size()];
    for (int i = 0; i < layers.length; i++) {
      layers[i] =
          new LayerBlock(
              architecture.layers().get(i), architecture, binder.at(Weights.Place.layer(i)));
    }
    this.finalNorm = binder.norm(architecture.finalNorm(), Role.FINAL_NORM, dim);
    this.output = bindOutput(binder);
    this.read = binder.activations(dim);
    this.x = binder.rows("residual stream", dim);
    this.normed = binder.rows("normed", dim);
  }

  private Projection bindOutput(Binder binder) {
    return architecture.output().tied()
        ? new Projection(kernels, kernels.bind(embedding.table()), new float[0])
        : binder.projection(
            Role.OUTPUT,
            architecture.vocabSize(),
            architecture.modelDim(),
            architecture.output().bias());
  }

  LayerState[] newStates(Arena arena) {
    LayerState[] states = new LayerState[layers.length];
    for (int i = 0; i < layers.length; i++) {
      states[i] = layers[i].mixer().newState(arena);
    }
    return states;
  }

  /// One step of at most as many tokens as the workspace holds.
  ///
  /// @param tokens one for each row of the step
  void run(Step step, int[] tokens) {
    workspace.reserve(step.tokens());
    positions.set(step);
    embedding.run(tokens, step, x);
    for (LayerBlock layer : layers) {
      layer.run(x, step);
    }
  }

  /// The same, for as long as it may.
  ///
  /// @param goesOn asked before each layer
  /// @return whether it went through all layers
  boolean run(Step step, int[] tokens, BooleanSupplier goesOn) {
    workspace.reserve(step.tokens());
    positions.set(step);
    embedding.run(tokens, step, x);
    for (LayerBlock layer : layers) {
      if (!goesOn.getAsBoolean()) {
        return false;
      }
      layer.run(x, step);
    }
    return true;
  }

  /// What the output head reads of some tokens of the step that ran: their vectors after the last
  /// normalization.
  void hidden(int[] chosen, int rows, Rows hidden) {
    int dim = architecture.modelDim();
    for (int i = 0; i < rows; i++) {
      System.arraycopy(x.data(), x.at(chosen[i]), hidden.data(), hidden.at(i), dim);
    }
    finalNorm.run(hidden, hidden, rows);
  }

  /// Logits after some tokens of the step that ran.
  ///
  /// @param chosen the rows of the step that get logits
  /// @param rows how many they are
  void logits(int[] chosen, int rows, Rows logits) {
    hidden(chosen, rows, normed);
    read.set(normed, rows);
    output.run(read, logits);
    Architecture.OutputHead head = architecture.output();
    if (head.scale() != 1) {
      kernels.scale(logits, rows, architecture.vocabSize(), head.scale());
    }
    if (head.softcap() != 0) {
      kernels.softcap(logits, logits, rows, architecture.vocabSize(), head.softcap());
    }
  }
}
