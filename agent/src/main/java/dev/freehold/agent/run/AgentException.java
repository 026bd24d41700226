package dev.freehold.agent.run;

/// A run that cannot be begun or go on: what was asked, what was found and what to do.
public final class AgentException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public AgentException(String message) {
    super(message);
  }

  public AgentException(String message, Throwable cause) {
    super(message, cause);
  }
}
