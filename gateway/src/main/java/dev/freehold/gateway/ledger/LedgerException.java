package dev.freehold.gateway.ledger;

/// A ledger, a price table or a budget that cannot be used: what was asked and found, and what to
/// do about it.
public final class LedgerException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public LedgerException(String message) {
    super(message);
  }

  public LedgerException(String message, Throwable cause) {
    super(message, cause);
  }
}
