package dev.freehold.audit.subject;

import java.util.Optional;

/// A file of a model that is not read as a text.
///
/// @param name within the model
/// @param kind what it is
/// @param bytes its size; of a pointer, the size that it states
/// @param sha256 of its bytes, or that a pointer states; empty where nobody computed it
public record StoredFile(String name, Kind kind, long bytes, Optional<String> sha256) {
  /// What a file of a model can be.
  public enum Kind {
    /// Tensors, in a format that runs no code.
    WEIGHTS,
    /// Tensors in a format that can run code when it is read.
    PICKLE,
    /// A pointer of Git LFS in the place of a file that was not fetched.
    POINTER,
    /// Anything else.
    OTHER
  }
}
