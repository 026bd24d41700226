package dev.freehold.audit.subject;

import java.util.Optional;
import java.util.Set;

/// What was established about a model by doing it, and not by reading.
///
/// @param rebuilt the recipe was run again
/// @param weightsProblem why its weights cannot be opened; empty where they can, or were not tried
public record Evidence(Optional<Rebuilt> rebuilt, Optional<String> weightsProblem) {
  /// What a recipe that is run again can give.
  public enum Part {
    /// All that training reads.
    DATA,
    /// All states of the training, and the weights at its end.
    WEIGHTS
  }

  /// A recipe that was run again.
  ///
  /// @param equal the parts that came out with the very bytes
  /// @param differs whether anything came out otherwise
  /// @param detail what was compared, when and by which program
  /// @param record the document that says so
  public record Rebuilt(Set<Part> equal, boolean differs, String detail, Span record) {
    public Rebuilt {
      equal = Set.copyOf(equal);
    }
  }

  public static Evidence none() {
    return new Evidence(Optional.empty(), Optional.empty());
  }

  /// Whether a part was computed again, to the same bytes.
  public boolean isRebuilt(Part part) {
    return rebuilt.map(done -> !done.differs() && done.equal().contains(part)).orElse(false);
  }
}
