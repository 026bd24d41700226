package dev.freehold.chat;

import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/// A model that can be asked for by name.
///
/// @param name what requests call it
/// @param note what it is, in one line for people; may be empty
/// @param modified when its file was last written
/// @param bytes size of its file or files
/// @param details what its file says of it; empty where it was not opened yet
/// @param loaded what it takes now; empty where it is not in memory
public record ServedModel(
    String name,
    String note,
    Instant modified,
    long bytes,
    Optional<Details> details,
    Optional<Loaded> loaded) {

  /// What a model can do beside writing text.
  public enum Capability {
    TOOLS,
    REASONING,
    EMBEDDING
  }

  /// What a model's file says.
  ///
  /// @param digest SHA-256 of the file in hexadecimal digits; empty where it is not known yet
  /// @param format `gguf` or `safetensors`
  /// @param family the architecture's name, as `qwen3`
  /// @param quantization the dtype that most weights have, as `Q4_0`
  /// @param contextLength tokens that the model was made for
  /// @param embeddingLength elements of a token's vector
  /// @param chatTemplate the source of the template; empty where there is none
  /// @param metadata the file's metadata without its large arrays
  public record Details(
      String digest,
      String format,
      String family,
      String quantization,
      long parameters,
      int contextLength,
      int embeddingLength,
      Set<Capability> capabilities,
      String chatTemplate,
      JsonNode metadata) {
    public Details {
      capabilities = Set.copyOf(capabilities);
    }
  }

  /// A model in memory.
  ///
  /// @param contextLength tokens that a request and its answer may have
  /// @param memoryBytes weights, workspace and states
  /// @param until when it is dropped if nobody asks for it; empty for never
  public record Loaded(int contextLength, long memoryBytes, Optional<Instant> until) {}
}
