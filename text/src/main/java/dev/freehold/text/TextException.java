package dev.freehold.text;

/// Error of this module: what was asked, what was found and what to do.
public final class TextException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public TextException(String message) {
    super(message);
  }

  public TextException(String message, Throwable cause) {
    super(message, cause);
  }
}
