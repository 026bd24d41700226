package dev.freehold.kernel;

import dev.freehold.tensor.Tensor;
import java.util.Arrays;
import java.util.Optional;

/// Rows of a quantized matrix in the layout of its dtype, where the file is mapped.
final class InPlaceWeights implements IntegerWeights {
  /// Takes every dtype with an integer form.
  record Kernel(VectorMatrices vectors) implements MatrixKernel {
    @Override
    public String name() {
      return "vector-int8";
    }

    @Override
    public Optional<String> declines(Tensor weights, Kernels kernels) {
      if (kernels.options().activations() == ActivationFormat.F32) {
        return Optional.of("activations stay float32");
      }
      return kernels.usesIntegers(weights.dtype())
          ? Optional.empty()
          : Optional.of(weights.dtype() + " has no integer form");
    }

    @Override
    public Matrix bind(Tensor weights, Kernels kernels) {
      InPlaceWeights rows = new InPlaceWeights(weights, vectors);
      return new IntegerMatrix(name(), weights, rows, kernels, vectors);
    }
  }

  private final Tensor weights;
  private final VectorMatrices vectors;
  private final Unpackers unpackers;
  private final int blocks;

  private InPlaceWeights(Tensor weights, VectorMatrices vectors) {
    this.weights = weights;
    this.vectors = vectors;
    this.unpackers = vectors.unpackersOf(weights.dtype());
    this.blocks = Math.toIntExact(weights.columns() / Activations.BLOCK);
  }

  @Override
  public int rowsOfFew() {
    return vectors.direct().takes(weights.dtype()) ? Panel.ROWS : 0;
  }

  @Override
  public void touch(MatrixScratch scratch, int from, int to) {
    scratch.touch(weights.data(), from * weights.rowBytes(), to * weights.rowBytes());
  }

  @Override
  public void unpack(MatrixScratch scratch, int from) {
    long rowBytes = weights.rowBytes();
    unpackers.unpack(weights.dtype(), weights.data(), from * rowBytes, rowBytes, scratch.panel);
  }

  @Override
  public void multiplyFew(
      MatrixScratch scratch, Activations x, int chunkFrom, int chunkTo, Rows y) {
    DirectDot.Call call = scratch.call;
    DirectScratch group = scratch.direct;
    call.dtype = weights.dtype();
    call.weights = weights.data();
    call.rowBytes = weights.rowBytes();
    call.x = x;
    for (int from = chunkFrom; from < chunkTo; from += DirectScratch.ROWS) {
      int count = Math.min(DirectScratch.ROWS, chunkTo - from);
      call.offset = from * call.rowBytes;
      Arrays.fill(scratch.sums, 0, DirectScratch.ROWS * x.tokens(), 0);
      for (int block = 0; block < blocks; block += DirectScratch.BLOCKS) {
        group.select(count, block, Math.min(DirectScratch.BLOCKS, blocks - block));
        vectors.direct().readScales(call.dtype, call.weights, call.offset, call.rowBytes, group);
        for (int t = 0; t < x.tokens(); t++) {
          call.token = t;
          vectors.direct().multiply(call, group, scratch.sums, t * DirectScratch.ROWS);
        }
      }
      for (int t = 0; t < x.tokens(); t++) {
        for (int r = 0; r < count; r++) {
          y.data()[y.at(t) + from + r] =
              scratch.sums[t * DirectScratch.ROWS + DirectScratch.lane(r)];
        }
      }
    }
    call.x = IntegerMatrix.NOTHING;
  }
}
