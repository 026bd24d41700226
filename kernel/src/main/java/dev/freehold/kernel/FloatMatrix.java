package dev.freehold.kernel;

import dev.freehold.tensor.Dtype;
import dev.freehold.tensor.Tensor;
import java.util.Arrays;
import java.util.Optional;

/// Products of weights of any dtype with float32 activations by the Vector API, read in place.
///
/// A chunk of rows is widened or dequantized panel by panel. Order of summation: (a) of fh1.
final class FloatMatrix implements Matrix, WorkerPool.Job {
  /// Takes everything that is not multiplied with int8 activations.
  record Kernel(VectorMatrices vectors) implements MatrixKernel {
    @Override
    public String name() {
      return "vector-f32";
    }

    @Override
    public Optional<String> declines(Tensor weights, Kernels kernels) {
      return kernels.usesIntegers(weights.dtype())
          ? Optional.of("activations are int8")
          : Optional.empty();
    }

    @Override
    public Matrix bind(Tensor weights, Kernels kernels) {
      return new FloatMatrix(weights, kernels, this);
    }
  }

  private static final int LANES = 16;
  private static final Activations NOTHING = new Activations(0, 0);

  private final Tensor weights;
  private final Kernels kernels;
  private final VectorMatrices vectors;
  private final String kernel;
  private final BlockFormat format;
  private final int rows;
  private final int columns;
  private Activations x = NOTHING;
  private Rows y = NOTHING.values();

  private FloatMatrix(Tensor weights, Kernels kernels, Kernel kernel) {
    this.weights = weights;
    this.kernels = kernels;
    this.vectors = kernel.vectors();
    this.kernel = kernel.name();
    this.format = BlockFormat.of(weights.dtype());
    this.rows = Math.toIntExact(weights.rows());
    this.columns = Math.toIntExact(weights.columns());
  }

  @Override
  public int rows() {
    return rows;
  }

  @Override
  public int columns() {
    return columns;
  }

  @Override
  public Dtype dtype() {
    return weights.dtype();
  }

  @Override
  public String kernel() {
    return kernel;
  }

  @Override
  public void multiply(Activations newX, Rows newY) {
    x = newX;
    y = newY;
    kernels.pool().run(this, (rows + Panel.ROWS - 1) / Panel.ROWS);
    x = NOTHING;
    y = NOTHING.values();
  }

  @Override
  public void run(int chunk, int worker) {
    MatrixScratch scratch = vectors.scratch(worker);
    Panel panel = scratch.panel;
    int from = chunk * Panel.ROWS;
    int count = Math.min(Panel.ROWS, rows - from);
    scratch.touch(weights.data(), from * weights.rowBytes(), (from + count) * weights.rowBytes());
    for (int first = 0; first < x.tokens(); first += Panel.LANE_TOKENS) {
      int tokens = Math.min(Panel.LANE_TOKENS, x.tokens() - first);
      Arrays.fill(panel.lanes, 0, tokens * Panel.ROWS * LANES, 0);
      for (int column = 0; column < columns; column += Panel.COLUMNS) {
        int length = Math.min(Panel.COLUMNS, columns - column);
        panel.select(count + 7 & -8, column / Activations.BLOCK, 0);
        read(panel, from, count, column, length);
        vectors.floats().multiply(panel, length, x.values(), first, tokens);
      }
      for (int t = 0; t < tokens; t++) {
        int to = y.at(first + t) + from;
        vectors.floats().join(panel.lanes, t * Panel.ROWS * LANES, y.data(), to, count);
      }
    }
  }

  private void read(Panel panel, int from, int count, int column, int length) {
    Dtype dtype = weights.dtype();
    long offset = from * weights.rowBytes() + dtype.byteSize(column);
    for (int r = 0; r < panel.rows; r++) {
      int to = r * Panel.COLUMNS;
      if (r >= count) {
        Arrays.fill(panel.weights, to, to + length, 0);
      } else if (dtype.isQuantized()) {
        long at = offset + r * weights.rowBytes();
        format.dequantize(weights.data(), at, panel.weights, to, length, panel.block());
      } else {
        long at = offset + r * weights.rowBytes();
        vectors.floats().read(dtype, weights.data(), at, panel.weights, to, length);
      }
    }
  }
}
