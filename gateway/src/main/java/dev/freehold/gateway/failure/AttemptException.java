package dev.freehold.gateway.failure;

/// An attempt that failed.
public final class AttemptException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient Failure failure;

  public AttemptException(Failure failure) {
    super(failure.message());
    this.failure = failure;
  }

  public AttemptException(FailureClass type, String message) {
    this(Failure.of(type, message));
  }

  public AttemptException(FailureClass type, String message, Throwable cause) {
    super(message, cause);
    this.failure = Failure.of(type, message);
  }

  public Failure failure() {
    return failure;
  }
}
