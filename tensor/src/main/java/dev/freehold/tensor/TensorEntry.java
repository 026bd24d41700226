package dev.freehold.tensor;

import java.lang.foreign.MemorySegment;
import java.util.List;

/// What a file's header says of one tensor; `offset` counts from the start of the file.
record TensorEntry(String name, Dtype dtype, List<Long> shape, long offset, long bytes) {
  TensorEntry {
    shape = List.copyOf(shape);
  }

  long end() {
    return offset + bytes;
  }

  Tensor in(MemorySegment file) {
    return new Tensor(name, dtype, shape, file.asSlice(offset, bytes));
  }
}
