package dev.freehold.cli;

/// How a command ended, as the exit code tells the shell.
public enum Exit {
  /// Done as asked.
  OK(0),
  /// The request could not be fulfilled: a file, a model or a value is not as it must be.
  FAILURE(1),
  /// The command line could not be understood.
  USAGE(2),
  /// A bug in Freehold.
  BUG(70),
  /// Stopped by Ctrl-C.
  INTERRUPTED(130),
  /// Whoever read the output stopped reading, as `head` does.
  OUTPUT_CLOSED(141);

  private final int code;

  Exit(int code) {
    this.code = code;
  }

  public int code() {
    return code;
  }
}
