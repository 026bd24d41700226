package dev.freehold.audit.grade;

import dev.freehold.audit.subject.Span;
import java.util.List;
import java.util.Optional;

/// What is known of one component of a model.
///
/// @param component which
/// @param state whether it is there
/// @param licence identifier of what it is under; empty where nobody knows
/// @param open whether it is there under an open licence whose text is stored
/// @param reason in a sentence
/// @param evidence the stored bytes that this rests on
public record ComponentFact(
    Component component,
    State state,
    Optional<String> licence,
    boolean open,
    String reason,
    List<Span> evidence) {
  /// Whether a component is there.
  public enum State {
    /// Its bytes are stored.
    PRESENT("present"),
    /// It can be computed again from what is stored, which was done, to the same bytes.
    REBUILT("rebuilt"),
    /// Somebody says that it is elsewhere; its bytes were not seen.
    CLAIMED("claimed only"),
    /// Nothing says that it is anywhere.
    ABSENT("absent");

    private final String label;

    State(String label) {
      this.label = label;
    }

    /// As reports print it.
    public String label() {
      return label;
    }
  }

  public ComponentFact {
    evidence = List.copyOf(evidence);
  }

  /// Whether its bytes were seen.
  public boolean isThere() {
    return state == State.PRESENT || state == State.REBUILT;
  }
}
