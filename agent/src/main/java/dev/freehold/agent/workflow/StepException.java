package dev.freehold.agent.workflow;

/// What a step asked for could not be done: who was asked says what was found and what to do.
public final class StepException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final boolean mayHaveHappened;

  /// It did not happen.
  public StepException(String message) {
    this(message, false);
  }

  /// @param mayHaveHappened whether it is not known that it did not happen
  public StepException(String message, boolean mayHaveHappened) {
    super(message);
    this.mayHaveHappened = mayHaveHappened;
  }

  public boolean mayHaveHappened() {
    return mayHaveHappened;
  }
}
