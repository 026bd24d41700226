package dev.freehold.kernel;

import dev.freehold.tensor.Dtype;
import dev.freehold.tensor.Tensor;
import java.util.Arrays;
import java.util.Optional;

/// Matrix products in plain loops, for every dtype: the definition of (a) and (c) of fh1.
///
/// (a) Float32 activations: weights w dequantized to float32; per output 16 lanes, element k into
/// lane k mod 16 by `lane = fma(x, w, lane)` in ascending k, lanes joined by the tree 8-4-2-1.
///
/// (c) Int8 activations, for dtypes with an integer form: over blocks of 32 in ascending order,
/// from +0: `acc = fma(float(sum of a[k] * w[k]), scale_w * scale_a, acc)`, then for dtypes with
/// minimums `acc = fma(float(sum of halfSum[h] * minimum[h]), minScale_w * scale_a, acc)`. Both
/// integer sums are exact and below 2^24.
final class ReferenceMatrix implements Matrix {
  static final MatrixKernel KERNEL =
      new MatrixKernel() {
        @Override
        public String name() {
          return "reference";
        }

        @Override
        public Optional<String> declines(Tensor weights, Kernels kernels) {
          return Optional.empty();
        }

        @Override
        public Matrix bind(Tensor weights, Kernels kernels) {
          return new ReferenceMatrix(weights, kernels);
        }
      };

  private static final int ROWS_PER_CHUNK = 16;

  private final Tensor weights;
  private final Kernels kernels;
  private final BlockFormat format;
  private final int rows;
  private final int columns;
  private final boolean integers;

  private ReferenceMatrix(Tensor weights, Kernels kernels) {
    this.weights = weights;
    this.kernels = kernels;
    this.format = BlockFormat.of(weights.dtype());
    this.rows = Math.toIntExact(weights.rows());
    this.columns = Math.toIntExact(weights.columns());
    this.integers = kernels.usesIntegers(weights.dtype());
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
    return KERNEL.name();
  }

  @Override
  public void multiply(Activations x, Rows y) {
    if (integers) {
      x.quantize(kernels);
    }
    int chunks = (rows + ROWS_PER_CHUNK - 1) / ROWS_PER_CHUNK;
    kernels
        .pool()
        .run(
            (chunk, worker) -> {
              int from = chunk * ROWS_PER_CHUNK;
              int to = Math.min(rows, from + ROWS_PER_CHUNK);
              if (integers) {
                multiplyIntegers(x, y, from, to);
              } else {
                multiplyFloats(x, y, from, to);
              }
            },
            chunks);
  }

  private void multiplyFloats(Activations x, Rows y, int from, int to) {
    float[] row = new float[columns];
    float[] lanes = new float[16];
    float[] values = x.values().data();
    for (int n = from; n < to; n++) {
      format.dequantize(weights.data(), n * weights.rowBytes(), row, 0, columns);
      for (int t = 0; t < x.tokens(); t++) {
        Arrays.fill(lanes, 0);
        int at = x.values().at(t);
        for (int k = 0; k < columns; k++) {
          lanes[k % 16] = Math.fma(values[at + k], row[k], lanes[k % 16]);
        }
        y.data()[y.at(t) + n] = ReferenceRows.joinLanes(lanes);
      }
    }
  }

  private void multiplyIntegers(Activations x, Rows y, int from, int to) {
    IntegerBlock block = new IntegerBlock();
    int blocks = x.blocks();
    float[] sums = new float[x.tokens()];
    for (int n = from; n < to; n++) {
      Arrays.fill(sums, 0);
      for (int b = 0; b < blocks; b++) {
        format.decode(weights.data(), n * weights.rowBytes(), b, block);
        for (int t = 0; t < x.tokens(); t++) {
          sums[t] = addBlock(block, x, t * blocks + b, sums[t]);
        }
      }
      for (int t = 0; t < x.tokens(); t++) {
        y.data()[y.at(t) + n] = sums[t];
      }
    }
  }

  private static float addBlock(IntegerBlock block, Activations x, int index, float before) {
    byte[] activations = x.integers();
    int sum = 0;
    for (int k = 0; k < Activations.BLOCK; k++) {
      sum += activations[index * Activations.BLOCK + k] * block.weights[k];
    }
    float scale = x.scales()[index];
    float after = Math.fma((float) sum, block.scale * scale, before);
    if (!block.hasMinimum) {
      return after;
    }
    int minimum =
        x.halfSums()[index * 2] * block.minimums[0]
            + x.halfSums()[index * 2 + 1] * block.minimums[1];
    return Math.fma((float) minimum, block.minScale * scale, after);
  }
}
