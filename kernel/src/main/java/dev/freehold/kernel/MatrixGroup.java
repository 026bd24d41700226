package dev.freehold.kernel;

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

  /// The number of chunks of each and of those before it.
  private final int[] ends;

  private final WorkerPool.Job chunks = this::run;

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
    this.ends = new int[matrices.size()];
  }

  /// Every matrix' products, as [Matrix#multiply] gives them.
  public void multiply(Activations x) {
    if (!takesFew(x.tokens())) {
      for (int m = 0; m < matrices.length; m++) {
        matrices[m].multiply(x, outputs[m]);
      }
      return;
    }
    int count = 0;
    for (int m = 0; m < emitted.length; m++) {
      count += emitted[m].begin(x, outputs[m]);
      ends[m] = count;
    }
    pool.run(chunks, count);
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
    int m = 0;
    while (chunk >= ends[m]) {
      m++;
    }
    emitted[m].run(m == 0 ? chunk : chunk - ends[m - 1], worker);
  }
}
