package dev.freehold.tensor;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Opens GGUF files, version 2 and 3, little-endian, memory-mapped.
///
/// Files may be larger than memory, and may hold no tensors (vocabularies).
public final class Gguf {
  /// `GGUF` as a little-endian integer.
  static final int MAGIC = 0x46554747;

  private Gguf() {}

  /// @throws TensorException where the file is missing, truncated or breaks the format; names the
  ///   field and its offset
  public static TensorStore open(Path file) {
    Arena arena = Arena.ofShared();
    try (MappedFile mapped = MappedFile.open(file)) {
      GgufHeader header = GgufHeader.read(mapped);
      MemorySegment bytes = mapped.map(arena);
      Map<String, Tensor> tensors = LinkedHashMap.newLinkedHashMap(header.tensors().size());
      for (TensorEntry entry : header.tensors()) {
        tensors.put(entry.name(), entry.in(bytes));
      }
      return new MappedStore(arena, new Metadata(header.metadata()), tensors, List.of(mapped));
    } catch (Throwable e) {
      arena.close();
      throw e;
    }
  }
}
