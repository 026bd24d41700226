package dev.freehold.agent.workspace;

/// A workspace that cannot be made, kept, put back or taken over: what was asked, what was found
/// and what to do.
public final class WorkspaceException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public WorkspaceException(String message) {
    super(message);
  }

  public WorkspaceException(String message, Throwable cause) {
    super(message, cause);
  }
}
