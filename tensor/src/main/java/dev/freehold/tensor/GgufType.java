package dev.freehold.tensor;

import java.util.Locale;
import java.util.Optional;

/// The types of GGUF metadata values; the id in the file is the ordinal.
///
/// Source: GGUF specification, `gguf_metadata_value_type`.
enum GgufType {
  U8(1),
  I8(1),
  U16(2),
  I16(2),
  U32(4),
  I32(4),
  F32(4),
  BOOL(1),
  STRING(8),
  ARRAY(12),
  U64(8),
  I64(8),
  F64(8);

  private static final GgufType[] BY_ID = values();

  private final int minBytes;

  GgufType(int minBytes) {
    this.minBytes = minBytes;
  }

  static Optional<GgufType> byId(int id) {
    return id < 0 || id >= BY_ID.length ? Optional.empty() : Optional.of(BY_ID[id]);
  }

  int id() {
    return ordinal();
  }

  /// The bytes of a value, or of the shortest one where lengths differ.
  int minBytes() {
    return minBytes;
  }

  String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
