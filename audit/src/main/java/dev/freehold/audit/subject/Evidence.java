package dev.freehold.audit.subject;

import java.util.Optional;

/// What was established about a model by doing it, and not by reading.
///
/// @param rebuilt the recipe was run again
/// @param weightsProblem why its weights cannot be opened; empty where they can, or were not tried
public record Evidence(Optional<Rebuilt> rebuilt, Optional<String> weightsProblem) {
  /// A recipe that was run again.
  ///
  /// @param equal whether it gave the model's very bytes
  /// @param detail what was compared, when and by which program
  /// @param record the document that says so
  public record Rebuilt(boolean equal, String detail, Span record) {}

  public static Evidence none() {
    return new Evidence(Optional.empty(), Optional.empty());
  }
}
