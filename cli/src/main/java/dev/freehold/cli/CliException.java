package dev.freehold.cli;

/// A command that cannot go on: what was asked and found, and what to do about it.
public final class CliException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final Exit exit;
  private final String remedy;

  public CliException(String message) {
    this(Exit.FAILURE, message, "");
  }

  public CliException(String message, Throwable cause) {
    this(message);
    initCause(cause);
  }

  /// @param remedy what to do, as one sentence; empty where the message says it
  public CliException(Exit exit, String message, String remedy) {
    super(message);
    this.exit = exit;
    this.remedy = remedy;
  }

  public Exit exit() {
    return exit;
  }

  public String remedy() {
    return remedy;
  }
}
