package dev.freehold.gateway;

/// Error of the gateway's configuration or surroundings: what was asked, what was found and what to
/// do.
public final class GatewayException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public GatewayException(String message) {
    super(message);
  }

  public GatewayException(String message, Throwable cause) {
    super(message, cause);
  }
}
