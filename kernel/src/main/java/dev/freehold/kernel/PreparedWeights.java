package dev.freehold.kernel;

import dev.freehold.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Optional;

/// Rows of a quantized matrix interleaved by 16, where a prepared file is mapped.
final class PreparedWeights implements IntegerWeights {
  /// Takes the matrices that the prepared file holds.
  record Kernel(VectorMatrices vectors, Optional<PreparedFile> file) implements MatrixKernel {
    @Override
    public String name() {
      return "vector-int8-prepared";
    }

    @Override
    public Optional<String> declines(Tensor weights, Kernels kernels) {
      return PreparedWeights.declines(weights, kernels, file);
    }

    @Override
    public Matrix bind(Tensor weights, Kernels kernels) {
      PreparedLayout layout = PreparedLayout.of(weights.dtype()).orElseThrow();
      MemorySegment data = file.orElseThrow().find(weights).orElseThrow();
      int blocks = Math.toIntExact(weights.columns() / Activations.BLOCK);
      PreparedWeights rows = new PreparedWeights(layout, data, blocks, vectors);
      return new IntegerMatrix(name(), weights, rows, kernels, vectors);
    }
  }

  private static final int ROWS = PreparedLayout.ROWS;

  /// Why a kernel for prepared files cannot take a matrix, or empty if it can.
  static Optional<String> declines(Tensor weights, Kernels kernels, Optional<PreparedFile> file) {
    if (kernels.options().activations() == ActivationFormat.F32) {
      return Optional.of("activations stay float32");
    }
    if (PreparedLayout.of(weights.dtype()).isEmpty()) {
      return Optional.of(weights.dtype() + " has no prepared layout");
    }
    if (file.isEmpty()) {
      return Optional.of("no prepared file was given");
    }
    return file.get().find(weights).isPresent()
        ? Optional.empty()
        : Optional.of("the prepared file does not hold it");
  }

  private final PreparedLayout layout;
  private final MemorySegment data;
  private final VectorMatrices vectors;
  private final int blocks;
  private final long groupBytes;

  private PreparedWeights(
      PreparedLayout layout, MemorySegment data, int blocks, VectorMatrices vectors) {
    this.layout = layout;
    this.data = data;
    this.vectors = vectors;
    this.blocks = blocks;
    this.groupBytes = layout.groupBytes(blocks);
  }

  @Override
  public int rowsOfFew() {
    return PreparedCall.GROUPS * ROWS;
  }

  @Override
  public void touch(MatrixScratch scratch, int from, int to) {
    scratch.touch(data, from / ROWS * groupBytes, (to + ROWS - 1) / ROWS * groupBytes);
  }

  private PreparedCall call(MatrixScratch scratch, int from, int groups) {
    PreparedCall call = scratch.preparedCall;
    call.layout = layout;
    call.weights = data;
    call.blocks = blocks;
    call.select(from / ROWS * groupBytes, groupBytes, groups);
    return call;
  }

  @Override
  public void unpack(MatrixScratch scratch, int from) {
    for (int row = 0; row < scratch.panel.rows; row += ROWS) {
      PreparedCall call = call(scratch, from + row, 1);
      vectors.preparedUnpacker().unpack(call, scratch.prepared, scratch.panel, row);
    }
  }

  @Override
  public void multiplyFew(MatrixScratch scratch, Activations x, int from, int to, Rows y) {
    PreparedCall call = call(scratch, from, (to - from + ROWS - 1) / ROWS);
    call.x = x;
    for (int t = 0; t < x.tokens(); t++) {
      call.token = t;
      Arrays.fill(scratch.sums, 0, PreparedCall.GROUPS * ROWS, 0);
      vectors.prepared().multiply(call, scratch.prepared, scratch.sums, 0);
      System.arraycopy(scratch.sums, 0, y.data(), y.at(t) + from, to - from);
    }
    call.x = IntegerMatrix.NOTHING;
  }
}
