package dev.freehold.vault;

/// A store, a bundle or a request to one that is not as it must be; the message says what to do.
public class VaultException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /// What kind of failure it is, for those who act on it.
  public enum Reason {
    /// What was asked for is refused: a name, a file or a document that breaks a rule.
    REFUSED,
    /// There is no store, no model or no file of that name.
    NOT_FOUND,
    /// Another process holds what is needed.
    LOCKED,
    /// Kept bytes are not what they were.
    DAMAGED,
    /// The disk is full, or a quota is.
    NO_ROOM,
    /// The store can be read only.
    READ_ONLY,
    /// The disk failed.
    DISK
  }

  private final Reason reason;

  public VaultException(String message) {
    this(Reason.REFUSED, message);
  }

  public VaultException(String message, Throwable cause) {
    this(Reason.REFUSED, message, cause);
  }

  public VaultException(Reason reason, String message) {
    super(message);
    this.reason = reason;
  }

  public VaultException(Reason reason, String message, Throwable cause) {
    super(message, cause);
    this.reason = reason;
  }

  public Reason reason() {
    return reason;
  }
}
