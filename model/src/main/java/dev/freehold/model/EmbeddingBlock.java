package dev.freehold.model;

import dev.freehold.kernel.Activations;
import dev.freehold.kernel.Kernels;
import dev.freehold.kernel.Rows;
import dev.freehold.tensor.Tensor;
import java.util.Optional;

/// The embeddings bound to their weights: from token ids and positions to rows.
final class EmbeddingBlock {
  private final Kernels kernels;
  private final Architecture architecture;
  private final Tensor table;
  private final float[] positions;
  private final Optional<LayerInputs> layerInputs;

  /// `rows = (norm(P x / sqrt(modelDim)) + sqrt(perLayerDim) * table row) / sqrt 2`, for all layers
  /// at once.
  private record LayerInputs(
      Tensor table,
      Projection projection,
      NormBlock norm,
      Activations read,
      Rows projected,
      Rows rows) {}

  EmbeddingBlock(Architecture architecture, Binder binder) {
    int dim = architecture.modelDim();
    Architecture.Embedding shape = architecture.embedding();
    this.kernels = binder.kernels();
    this.architecture = architecture;
    this.table =
        binder.weights().matrix(Role.EMBEDDING, binder.place(), architecture.vocabSize(), dim);
    this.positions =
        shape.positions() == 0
            ? new float[0]
            : binder.vector(Role.POSITION_EMBEDDING, Math.multiplyExact(shape.positions(), dim));
    this.layerInputs =
        shape.perLayerDim() == 0 ? Optional.empty() : Optional.of(bindLayerInputs(binder));
  }

  private LayerInputs bindLayerInputs(Binder binder) {
    int dim = architecture.modelDim();
    Architecture.Embedding shape = architecture.embedding();
    int width = architecture.layers().size() * shape.perLayerDim();
    return new LayerInputs(
        binder
            .weights()
            .matrix(Role.LAYER_EMBEDDING, binder.place(), shape.perLayerVocabSize(), width),
        binder.projection(Role.LAYER_EMBEDDING_PROJECTION, width, dim),
        binder.norm(
            architecture.finalNorm(),
            Role.LAYER_EMBEDDING_NORM,
            shape.perLayerDim(),
            architecture.layers().size()),
        binder.activations(dim),
        binder.rows("projected layer inputs", width),
        layerInputs(architecture, binder.workspace()));
  }

  /// The rows in which each layer finds its own input.
  static Rows layerInputs(Architecture architecture, Workspace workspace) {
    return workspace.rows(
        "layer inputs", architecture.layers().size() * architecture.embedding().perLayerDim());
  }

  Tensor table() {
    return table;
  }

  /// @param tokens one for each row of the step
  void run(int[] tokens, Step step, Rows x) {
    int count = step.tokens();
    int dim = architecture.modelDim();
    kernels.embed(table, tokens, 0, count, x);
    if (architecture.embedding().scale() != 1) {
      kernels.scale(x, count, dim, architecture.embedding().scale());
    }
    if (positions.length != 0) {
      addPositions(step, x);
    }
    if (layerInputs.isPresent()) {
      fillLayerInputs(layerInputs.get(), tokens, count, x);
    }
  }

  private void addPositions(Step step, Rows x) {
    int dim = architecture.modelDim();
    for (int part = 0; part < step.parts(); part++) {
      for (int t = 0; t < step.count(part); t++) {
        int row = (step.position(part) + t) * dim;
        int at = x.at(step.firstRow(part) + t);
        for (int i = 0; i < dim; i++) {
          x.data()[at + i] += positions[row + i];
        }
      }
    }
  }

  private void fillLayerInputs(LayerInputs inputs, int[] tokens, int count, Rows x) {
    int inputDim = architecture.embedding().perLayerDim();
    int width = architecture.layers().size() * inputDim;
    inputs.read().set(x, count);
    inputs.projection().run(inputs.read(), inputs.projected());
    kernels.scale(
        inputs.projected(), count, width, (float) (1 / Math.sqrt(architecture.modelDim())));
    inputs.norm().run(inputs.projected(), inputs.projected(), count);
    kernels.embed(inputs.table(), tokens, 0, count, inputs.rows());
    kernels.scale(inputs.rows(), count, width, (float) Math.sqrt(inputDim));
    kernels.add(inputs.projected(), inputs.rows(), count, width);
    kernels.scale(inputs.rows(), count, width, (float) Math.sqrt(0.5));
  }
}
