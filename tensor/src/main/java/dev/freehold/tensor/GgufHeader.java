package dev.freehold.tensor;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// The checked header of one GGUF file: metadata, and where its tensors lie.
record GgufHeader(Path file, int version, Map<String, Object> metadata, List<TensorEntry> tensors) {
  static GgufHeader read(MappedFile file) {
    return new GgufHeaderReader(file).read();
  }
}
