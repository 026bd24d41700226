package dev.freehold.agent.workflow;

/// A workflow that cannot be read, begun or gone on with: what was asked, what was found and what
/// to do.
public final class WorkflowException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public WorkflowException(String message) {
    super(message);
  }

  public WorkflowException(String message, Throwable cause) {
    super(message, cause);
  }
}
