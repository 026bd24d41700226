package dev.freehold.chat;

/// Error of this module: what was asked, what was found and what to do.
public final class ChatException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public ChatException(String message) {
    super(message);
  }

  public ChatException(String message, Throwable cause) {
    super(message, cause);
  }
}
