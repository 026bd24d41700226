package dev.freehold.desk.outcome;

/// An answer could not be sent.
public final class ReplyException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final boolean isKnownUnsent;

  /// @param isKnownUnsent whether it surely did not go out
  public ReplyException(String message, boolean isKnownUnsent) {
    super(message);
    this.isKnownUnsent = isKnownUnsent;
  }

  public boolean isKnownUnsent() {
    return isKnownUnsent;
  }
}
