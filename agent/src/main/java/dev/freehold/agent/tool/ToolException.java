package dev.freehold.agent.tool;

/// A call that cannot be done: what was asked, what was found and what to do, for the model.
public final class ToolException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final boolean mayHaveHappened;

  /// It did not happen.
  public ToolException(String message) {
    this(message, false);
  }

  /// It did not happen.
  public ToolException(String message, Throwable cause) {
    super(message, cause);
    this.mayHaveHappened = false;
  }

  /// @param mayHaveHappened whether it is not known that it did not happen
  public ToolException(String message, boolean mayHaveHappened) {
    super(message);
    this.mayHaveHappened = mayHaveHappened;
  }

  public boolean mayHaveHappened() {
    return mayHaveHappened;
  }
}
