package dev.freehold.agent.sandbox.proxy;

import java.util.Objects;

/// A request that the proxy does not pass on.
public final class RefusedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int status;

  /// @param status of the HTTP answer
  public RefusedException(int status, String message) {
    super(message);
    this.status = status;
  }

  int status() {
    return status;
  }

  @Override
  public String getMessage() {
    return Objects.requireNonNullElse(super.getMessage(), "");
  }
}
