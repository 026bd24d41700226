package dev.freehold.vault;

/// A store, a bundle or a request to one that is not as it must be; the message says what to do.
public class VaultException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public VaultException(String message) {
    super(message);
  }

  public VaultException(String message, Throwable cause) {
    super(message, cause);
  }
}
