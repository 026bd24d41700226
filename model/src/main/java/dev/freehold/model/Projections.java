package dev.freehold.model;

import dev.freehold.kernel.Activations;
import dev.freehold.kernel.Kernels;
import dev.freehold.kernel.MatrixGroup;
import dev.freehold.kernel.Rows;
import java.util.List;

/// Projections of the same rows, each to rows of its own.
final class Projections {
  private final Kernels kernels;
  private final Projection[] projections;
  private final Rows[] outputs;
  private final MatrixGroup matrices;

  Projections(Kernels kernels, List<Projection> projections, List<Rows> outputs) {
    this.kernels = kernels;
    this.projections = projections.toArray(Projection[]::new);
    this.outputs = outputs.toArray(Rows[]::new);
    this.matrices = kernels.group(projections.stream().map(Projection::matrix).toList(), outputs);
  }

  /// Whether their input is multiplied as int8.
  boolean readIntegers() {
    for (Projection projection : projections) {
      if (!kernels.usesIntegers(projection.matrix().dtype())) {
        return false;
      }
    }
    return true;
  }

  /// y = W x + bias of each, for every row.
  void run(Activations x) {
    matrices.multiply(x);
    for (int i = 0; i < projections.length; i++) {
      if (projections[i].bias().length != 0) {
        kernels.addBias(outputs[i], x.tokens(), projections[i].bias());
      }
    }
  }
}
