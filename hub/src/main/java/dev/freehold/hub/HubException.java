package dev.freehold.hub;

/// Error of this module: what was asked, what was found and what to do.
public final class HubException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final boolean isNotFound;

  public HubException(String message) {
    this(message, false);
  }

  private HubException(String message, boolean isNotFound) {
    super(message);
    this.isNotFound = isNotFound;
  }

  public HubException(String message, Throwable cause) {
    super(message, cause);
    this.isNotFound = false;
  }

  /// That no model of a name is where it was looked for.
  public static HubException notFound(String message) {
    return new HubException(message, true);
  }

  /// Whether a model was looked for, on this machine or at a hub, and none has the name.
  public boolean isNotFound() {
    return isNotFound;
  }
}
