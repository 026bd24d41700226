package dev.freehold.audit;

/// A model's folder or a stored report that is not as it must be; the message says what to do.
public class AuditException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public AuditException(String message) {
    super(message);
  }

  public AuditException(String message, Throwable cause) {
    super(message, cause);
  }
}
