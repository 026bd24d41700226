package dev.freehold.agent.permission;

/// Rules that cannot be read or kept: what was asked, what was found and what to do.
public final class PermissionException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public PermissionException(String message) {
    super(message);
  }

  public PermissionException(String message, Throwable cause) {
    super(message, cause);
  }
}
