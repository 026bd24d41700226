package dev.freehold.kernel;

import java.util.Arrays;
import java.util.List;

/// Matrices that are multiplied with the same rows, each into rows of its own.
///
/// Where all of them have emitted kernels, few rows are multiplied in one run of the threads, which
/// so wait for each other once.
public final class MatrixGroup {
  private final WorkerPool pool;
  private final Matrix[] matrices;
  private final Rows[] outputs;

  /// All of them, or none.
  private final MachineMatrix[] emitted;

  private final RowChunks chunks;
  private final WorkerPool.Job job = this::run;

  MatrixGroup(WorkerPool pool, List<Matrix> matrices, List<Rows> outputs) {
    if (matrices.size() != outputs.size()) {
      throw new IllegalArgumentException(
          matrices.size() + " matrices, " + outputs.size() + " outputs");
    }
    this.pool = pool;
    this.matrices = matrices.toArray(Matrix[]::new);
    this.outputs = outputs.toArray(Rows[]::new);
    boolean all = matrices.stream().allMatch(MachineMatrix.class::isInstance);
    this.emitted =
        all
            ? matrices.stream().map(MachineMatrix.class::cast).toArray(MachineMatrix[]::new)
            : new MachineMatrix[0];
    this.chunks =
        new RowChunks(
            pool.size(),
            Arrays.stream(emitted).map(MachineMatrix::cut).toArray(RowChunks.Weights[]::new));
  }

  /// Every matrix' products, as [Matrix#multiply] gives them.
  public void multiply(Activations x) {
    if (!takesFew(x.tokens())) {
      for (int m = 0; m < matrices.length; m++) {
        matrices[m].multiply(x, outputs[m]);
      }
      return;
    }
    for (int m = 0; m < emitted.length; m++) {
      emitted[m].begin(x, outputs[m]);
    }
    pool.run(job, chunks.bounds());
    for (MachineMatrix matrix : emitted) {
      matrix.end();
    }
  }

  private boolean takesFew(int tokens) {
    for (MachineMatrix matrix : emitted) {
      if (!matrix.takesFew(tokens)) {
        return false;
      }
    }
    return emitted.length > 1;
  }

  private void run(int chunk, int worker) {
    emitted[chunks.matrix(chunk)].multiplyFew(chunks.from(chunk), chunks.to(chunk), worker);
  }
}
