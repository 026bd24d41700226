package dev.freehold.chat;

import java.io.Serializable;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Error of a request: what was asked, what was found and what to do.
public final class ChatException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /// Whose turn it is to do something about an error.
  public enum Kind {
    /// The request is not as it must be.
    INVALID_REQUEST,
    /// The prompt and the answer do not fit into the model's context.
    CONTEXT_EXCEEDED,
    /// Whoever runs the model declines to have this answered.
    REFUSED,
    /// No model of this name is served.
    MODEL_NOT_FOUND,
    /// The request asks for what no one here can do.
    NOT_SUPPORTED,
    /// Too much is asked for at this moment; [ChatException#retryAfter] says when to come again.
    OVERLOADED,
    /// No request is answered at this moment: a model is being loaded, or the service ends.
    UNAVAILABLE,
    /// The request was fine and could not be answered.
    FAILED
  }

  /// A prompt and the context that it does not fit into, in tokens.
  public record Excess(int promptTokens, int contextTokens) implements Serializable {}

  private final Kind kind;
  private final String field;
  private final Duration retryAfter;
  private final @Nullable Excess excess;
  private final boolean isPartial;

  /// A request that is not as it must be.
  ///
  /// @param field the field of the request, as `messages[2].role`
  public ChatException(String field, String message) {
    this(Kind.INVALID_REQUEST, field, message);
  }

  /// @param field the field of the request that the error is about; empty where none is
  public ChatException(Kind kind, String field, String message) {
    this(null, kind, field, message);
  }

  /// A prompt that does not fit.
  ///
  /// @param field the field of the request that the error is about; empty where none is
  public ChatException(Excess excess, String field, String message) {
    this(excess, Kind.CONTEXT_EXCEEDED, field, message);
  }

  private ChatException(@Nullable Excess excess, Kind kind, String field, String message) {
    super(field.isEmpty() ? message : field + ": " + message);
    this.kind = kind;
    this.field = field;
    this.retryAfter = Duration.ZERO;
    this.excess = excess;
    this.isPartial = false;
  }

  /// A request that comes at a bad moment.
  public ChatException(Kind kind, String message, Duration retryAfter) {
    super(message);
    this.kind = kind;
    this.field = "";
    this.retryAfter = retryAfter;
    this.excess = null;
    this.isPartial = false;
  }

  public ChatException(Kind kind, String message, Throwable cause) {
    super(message, cause);
    this.kind = kind;
    this.field = "";
    this.retryAfter = Duration.ZERO;
    this.excess = null;
    this.isPartial = false;
  }

  private ChatException(ChatException whole) {
    super(whole.getMessage(), whole);
    this.kind = whole.kind;
    this.field = whole.field;
    this.retryAfter = whole.retryAfter;
    this.excess = whole.excess;
    this.isPartial = true;
  }

  /// The same error of an answer of which a part was told.
  public ChatException partial() {
    return isPartial ? this : new ChatException(this);
  }

  /// Whether a part of the answer was told.
  public boolean isPartial() {
    return isPartial;
  }

  public Kind kind() {
    return kind;
  }

  /// The field of the request that the error is about; empty where none is.
  public String field() {
    return field;
  }

  /// After which time it is worth to ask again; zero where it says nothing.
  public Duration retryAfter() {
    return retryAfter;
  }

  /// By how much a prompt is too long, where that is the error and it is known.
  public Optional<Excess> excess() {
    return Optional.ofNullable(excess);
  }
}
