package dev.freehold.model;

import dev.freehold.kernel.BlockQuantizer;
import dev.freehold.kernel.Kernels;
import dev.freehold.tensor.Dtype;
import dev.freehold.tensor.Metadata;
import dev.freehold.tensor.Tensor;
import dev.freehold.tensor.TensorStore;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// A store with the matrices of another one in another dtype, in memory; the rest, stacks of
/// experts included, as it was.
final class RequantizedStore implements TensorStore {
  private final TensorStore original;
  private final Map<String, Tensor> tensors = new LinkedHashMap<>();

  RequantizedStore(TensorStore original, Dtype dtype) {
    this.original = original;
    original.tensors().forEach((name, tensor) -> tensors.put(name, convert(tensor, dtype)));
  }

  private static Tensor convert(Tensor tensor, Dtype dtype) {
    boolean matrix = tensor.rank() == 2 && tensor.columns() >= 32;
    if (!matrix || tensor.columns() % dtype.blockLength() != 0 || tensor.dtype() == dtype) {
      return tensor;
    }
    float[] values = Kernels.floats(tensor);
    MemorySegment bytes = MemorySegment.ofArray(new byte[(int) dtype.byteSize(values.length)]);
    BlockQuantizer.of(dtype).quantize(values, 0, bytes, 0, values.length);
    return new Tensor(tensor.name(), dtype, tensor.shape(), bytes);
  }

  @Override
  public Metadata metadata() {
    return original.metadata();
  }

  @Override
  public Map<String, Tensor> tensors() {
    return Collections.unmodifiableMap(tensors);
  }

  @Override
  public List<Path> files() {
    return original.files();
  }

  @Override
  public void checkUnchanged() {
    original.checkUnchanged();
  }

  @Override
  public void checkLengths() {
    original.checkLengths();
  }

  @Override
  public void close() {
    original.close();
  }
}
