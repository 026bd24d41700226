package dev.freehold.agent.journal;

/// The run cannot go on before a person or a time lets it; it is written down as waiting, and
/// whoever works on it lets go of it.
public final class Waiting extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String stepKey;

  /// @param stepKey of the step that waits; empty where none does
  /// @param message what is waited for
  public Waiting(String stepKey, String message) {
    super(message, null, false, false);
    this.stepKey = stepKey;
  }

  public String stepKey() {
    return stepKey;
  }
}
