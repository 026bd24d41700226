package dev.freehold.server;

import dev.freehold.chat.ChatException;
import dev.freehold.chat.ChatException.Excess;
import java.time.Duration;
import java.util.Optional;

/// Why a request is not answered, before a dialect puts it into its own words.
///
/// @param message what was asked, what was found and what to do
/// @param field the field of the request that it is about; empty where none is
/// @param retryAfter when it is worth to ask again; zero where nothing is said
/// @param excess by how much a prompt is too long, where that is the reason
/// @param isPartial whether a part of the answer was told before
public record Problem(
    Kind kind,
    String message,
    String field,
    Duration retryAfter,
    Optional<Excess> excess,
    boolean isPartial) {
  public Problem(Kind kind, String message, String field, Duration retryAfter) {
    this(kind, message, field, retryAfter, Optional.empty(), false);
  }

  /// What went wrong, with the HTTP status that says so.
  public enum Kind {
    INVALID_REQUEST(400),
    /// The prompt and the answer do not fit into the model's context.
    CONTEXT_EXCEEDED(400),
    /// Whoever runs the model declines to have this answered.
    REFUSED(400),
    /// There is no key, or it is not one of ours.
    UNAUTHENTICATED(401),
    /// The key is fine and does not allow this; or the request comes from where it must not.
    FORBIDDEN(403),
    /// No such path.
    NOT_FOUND(404),
    MODEL_NOT_FOUND(404),
    METHOD_NOT_ALLOWED(405),
    /// The request did not arrive in time.
    TIMEOUT(408),
    TOO_LARGE(413),
    /// The body is not JSON by its content type.
    UNSUPPORTED_MEDIA_TYPE(415),
    /// Too much is asked for at this moment, or by this key.
    OVERLOADED(429),
    HEADERS_TOO_LARGE(431),
    /// The request was fine and could not be answered.
    FAILED(500),
    NOT_SUPPORTED(501),
    /// A model is being loaded, or the server ends.
    UNAVAILABLE(503);

    private final int status;

    Kind(int status) {
      this.status = status;
    }

    public int status() {
      return status;
    }
  }

  public static Problem of(Kind kind, String message) {
    return new Problem(kind, message, "", Duration.ZERO);
  }

  /// What an exception of a backend means: the only place where kinds become statuses.
  public static Problem of(ChatException failure) {
    return new Problem(
        switch (failure.kind()) {
          case INVALID_REQUEST -> Kind.INVALID_REQUEST;
          case CONTEXT_EXCEEDED -> Kind.CONTEXT_EXCEEDED;
          case REFUSED -> Kind.REFUSED;
          case MODEL_NOT_FOUND -> Kind.MODEL_NOT_FOUND;
          case NOT_SUPPORTED -> Kind.NOT_SUPPORTED;
          case OVERLOADED -> Kind.OVERLOADED;
          case UNAVAILABLE -> Kind.UNAVAILABLE;
          case FAILED -> Kind.FAILED;
        },
        String.valueOf(failure.getMessage()),
        failure.field(),
        failure.retryAfter(),
        failure.excess(),
        failure.isPartial());
  }
}
