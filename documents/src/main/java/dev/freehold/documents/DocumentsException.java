package dev.freehold.documents;

/// Error of an index over documents: what was asked, what was found and what to do.
public final class DocumentsException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /// What kind of error it is.
  public enum Reason {
    /// There is no index, folder or document of this name.
    NOT_FOUND,
    /// Another process writes to the index.
    BUSY,
    /// The files of the index are damaged, or another version wrote them.
    UNREADABLE,
    /// What was asked for cannot be done.
    REFUSED,
    /// The disk does not do what it should.
    DISK
  }

  private final Reason reason;

  public DocumentsException(Reason reason, String message) {
    super(message);
    this.reason = reason;
  }

  public DocumentsException(Reason reason, String message, Throwable cause) {
    super(message, cause);
    this.reason = reason;
  }

  public Reason reason() {
    return reason;
  }
}
