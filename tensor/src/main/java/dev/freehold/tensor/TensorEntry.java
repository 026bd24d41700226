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

  /// Whether a name holds a control character or reads as a path that leaves its folder.
  static boolean isUnsafeName(String name) {
    return name.chars().anyMatch(Character::isISOControl)
        || name.startsWith("/")
        || name.startsWith("\\")
        || name.contains("../")
        || name.contains("..\\")
        || name.equals("..");
  }
}
