package dev.freehold.chat;

/// Error of a request: what was asked, what was found and what to do.
public final class ChatException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /// Whose turn it is to do something about an error.
  public enum Kind {
    /// The request is not as it must be.
    INVALID_REQUEST,
    /// The prompt and the answer do not fit into the model's context.
    CONTEXT_EXCEEDED,
    /// No model of this name is served.
    MODEL_NOT_FOUND,
    /// The request was fine and could not be answered.
    FAILED
  }

  private final Kind kind;
  private final String field;

  /// A request that is not as it must be.
  ///
  /// @param field the field of the request, as `messages[2].role`
  public ChatException(String field, String message) {
    this(Kind.INVALID_REQUEST, field, message);
  }

  /// @param field the field of the request that the error is about; empty where none is
  public ChatException(Kind kind, String field, String message) {
    super(field.isEmpty() ? message : field + ": " + message);
    this.kind = kind;
    this.field = field;
  }

  public ChatException(Kind kind, String message, Throwable cause) {
    super(message, cause);
    this.kind = kind;
    this.field = "";
  }

  public Kind kind() {
    return kind;
  }

  /// The field of the request that the error is about; empty where none is.
  public String field() {
    return field;
  }
}
