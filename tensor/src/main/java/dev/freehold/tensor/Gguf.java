package dev.freehold.tensor;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
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

  /// Opens a file, or all parts of a split model where the file is one of them.
  ///
  /// @throws TensorException where a file is missing, truncated or breaks the format; names the
  ///   field and its offset
  public static TensorStore open(Path file) {
    Arena arena = Arena.ofShared();
    try {
      List<GgufHeader> headers = new ArrayList<>();
      List<MappedFile> files = new ArrayList<>();
      List<MemorySegment> bytes = new ArrayList<>();
      List<Path> parts;
      try (MappedFile mapped = MappedFile.open(file)) {
        GgufHeader header = GgufHeader.read(mapped);
        parts = GgufSplit.files(header);
        if (parts.size() == 1) {
          headers.add(header);
          bytes.add(mapped.map(arena));
          files.add(mapped);
        }
      }
      if (parts.size() > 1) {
        for (Path part : parts) {
          try (MappedFile mapped = MappedFile.open(part)) {
            headers.add(GgufHeader.read(mapped));
            bytes.add(mapped.map(arena));
            files.add(mapped);
          }
        }
        GgufSplit.check(headers);
      }
      Metadata metadata = new Metadata(headers.getFirst().metadata());
      return new MappedStore(arena, metadata, tensors(headers, bytes), files);
    } catch (Throwable e) {
      arena.close();
      throw e;
    }
  }

  private static Map<String, Tensor> tensors(List<GgufHeader> headers, List<MemorySegment> bytes) {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    for (int i = 0; i < headers.size(); i++) {
      for (TensorEntry entry : headers.get(i).tensors()) {
        if (tensors.put(entry.name(), entry.in(bytes.get(i))) != null) {
          throw new TensorException(
              "%s: tensor %s is in an earlier part as well"
                  .formatted(headers.get(i).file(), entry.name()));
        }
      }
    }
    return tensors;
  }
}
