package dev.freehold.agent.journal;

/// A journal, or a run in it, that cannot be used: what was asked and found, and what to do.
public final class JournalException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final Reason reason;

  /// Why.
  public enum Reason {
    /// There is no such run or step.
    NOT_FOUND,
    /// There is such a run already.
    EXISTS,
    /// Another process works on the run.
    BUSY,
    /// What is stored is not what was written.
    DAMAGED,
    /// A resumed run asks for another step than it did before.
    DIVERGED,
    /// What is asked does not go with the state that the run or step is in.
    REFUSED,
    /// The disk or its permissions.
    DISK
  }

  public JournalException(Reason reason, String message) {
    super(message);
    this.reason = reason;
  }

  public JournalException(Reason reason, String message, Throwable cause) {
    super(message, cause);
    this.reason = reason;
  }

  public Reason reason() {
    return reason;
  }
}
