package dev.freehold.audit;

import dev.freehold.audit.subject.Span;
import java.util.List;

/// Something about a model that whoever depends on it should know.
///
/// @param id by which settings and profiles name it: a rule's name, or words with hyphens
/// @param verdict whether it is so
/// @param title in a few words
/// @param reason why the verdict is as it is
/// @param evidence quotations of stored documents
public record Finding(
    String id, Verdict verdict, String title, String reason, List<Span> evidence) {
  /// Whether something is so.
  public enum Verdict {
    FOUND("found"),
    NOT_FOUND("not found"),
    UNKNOWN("unknown");

    private final String label;

    Verdict(String label) {
      this.label = label;
    }

    /// As reports print it.
    public String label() {
      return label;
    }
  }

  public Finding {
    evidence = List.copyOf(evidence);
  }
}
