package dev.freehold.gateway.failure;

/// Whoever asked does not want the answer any more.
public final class CancelledException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public CancelledException() {
    super("the request was cancelled");
  }
}
