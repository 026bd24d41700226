package dev.freehold.desk.ticket;

/// Something that came in is no ticket, or cannot be had.
public final class TicketException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public TicketException(String message) {
    super(message);
  }

  public TicketException(String message, Throwable cause) {
    super(message, cause);
  }
}
