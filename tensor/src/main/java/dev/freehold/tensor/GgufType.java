package dev.freehold.tensor;

import java.util.Locale;
import java.util.Optional;

/// The types of GGUF metadata values, with their ids in the file.
///
/// Source: GGUF specification, `gguf_metadata_value_type`.
enum GgufType {
  U8(0, 1),
  I8(1, 1),
  U16(2, 2),
  I16(3, 2),
  U32(4, 4),
  I32(5, 4),
  F32(6, 4),
  BOOL(7, 1),
  STRING(8, 8),
  ARRAY(9, 12),
  U64(10, 8),
  I64(11, 8),
  F64(12, 8);

  private static final GgufType[] BY_ID = values();

  private final int id;
  private final int minBytes;

  GgufType(int id, int minBytes) {
    this.id = id;
    this.minBytes = minBytes;
  }

  static Optional<GgufType> byId(int id) {
    return id < 0 || id >= BY_ID.length ? Optional.empty() : Optional.of(BY_ID[id]);
  }

  int id() {
    return id;
  }

  /// The bytes of a value, or of the shortest one where lengths differ.
  int minBytes() {
    return minBytes;
  }

  String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
