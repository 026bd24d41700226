package dev.freehold.sqlite;

/// A file that cannot be used: what was found and what to do.
public final class SqliteFileException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final Kind kind;

  /// What it is about.
  public enum Kind {
    /// The file is another one, of a newer program, or not what was written.
    WRONG,
    /// Another process has been writing for long.
    BUSY,
    /// The disk or its permissions.
    DISK
  }

  SqliteFileException(Kind kind, String message) {
    super(message);
    this.kind = kind;
  }

  SqliteFileException(Kind kind, String message, Throwable cause) {
    super(message, cause);
    this.kind = kind;
  }

  public Kind kind() {
    return kind;
  }
}
