package dev.freehold.audit.subject;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// What was established about a model by doing it, and not by reading.
///
/// @param rebuilt the recipe was run again
/// @param weightsProblem why its weights cannot be opened; empty where they can, or were not tried
/// @param origins where its files came from, as was written down when they were stored
public record Evidence(
    Optional<Rebuilt> rebuilt, Optional<String> weightsProblem, List<Origin> origins) {
  public Evidence {
    origins = List.copyOf(origins);
  }

  /// Of a model whose files nobody wrote down the origin of.
  public Evidence(Optional<Rebuilt> rebuilt, Optional<String> weightsProblem) {
    this(rebuilt, weightsProblem, List.of());
  }

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
  /// @param by whose word it is; empty where this machine did it
  public record Rebuilt(
      Set<Part> equal, boolean differs, String detail, Span record, Optional<String> by) {
    public Rebuilt {
      equal = Set.copyOf(equal);
    }

    /// Run again on this machine.
    public Rebuilt(Set<Part> equal, boolean differs, String detail, Span record) {
      this(equal, differs, detail, record, Optional.empty());
    }
  }

  public static Evidence none() {
    return new Evidence(Optional.empty(), Optional.empty());
  }

  /// The origin of a file with these very bytes; empty where nothing is written down of it.
  public Optional<Origin> origin(String file, String sha256) {
    return origins.stream()
        .filter(origin -> origin.file().equals(file) && origin.sha256().equals(sha256))
        .findFirst();
  }

  /// When the last of the origins was written down.
  public Optional<String> recorded() {
    return origins.stream().map(Origin::time).max(Comparator.naturalOrder());
  }

  /// Whether a part was computed again, to the same bytes.
  public boolean isRebuilt(Part part) {
    return rebuilt.map(done -> !done.differs() && done.equal().contains(part)).orElse(false);
  }
}
