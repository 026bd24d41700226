package dev.freehold.agent.tool;

/// A call that cannot be done: what was asked, what was found and what to do, for the model.
public final class ToolException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public ToolException(String message) {
    super(message);
  }

  public ToolException(String message, Throwable cause) {
    super(message, cause);
  }
}
