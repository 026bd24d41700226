package dev.freehold.hub;

/// Error of this module: what was asked, what was found and what to do.
public final class HubException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /// What a caller may go on from.
  private enum Kind {
    NOT_FOUND,
    WRONG_BYTES,
    OTHER
  }

  private final Kind kind;

  public HubException(String message) {
    this(message, Kind.OTHER);
  }

  private HubException(String message, Kind kind) {
    super(message);
    this.kind = kind;
  }

  public HubException(String message, Throwable cause) {
    super(message, cause);
    this.kind = Kind.OTHER;
  }

  /// That no model of a name is where it was looked for.
  public static HubException notFound(String message) {
    return new HubException(message, Kind.NOT_FOUND);
  }

  /// That all bytes of a file came and are not those of its digest.
  public static HubException wrongBytes(String message) {
    return new HubException(message, Kind.WRONG_BYTES);
  }

  /// Whether a model was looked for, on this machine or at a hub, and none has the name.
  public boolean isNotFound() {
    return kind == Kind.NOT_FOUND;
  }

  /// Whether a server has other bytes than a file's digest promises.
  public boolean isWrongBytes() {
    return kind == Kind.WRONG_BYTES;
  }
}
