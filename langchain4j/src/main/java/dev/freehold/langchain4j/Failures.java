package dev.freehold.langchain4j;

import dev.freehold.chat.ChatException;
import dev.langchain4j.exception.ContentFilteredException;
import dev.langchain4j.exception.InternalServerException;
import dev.langchain4j.exception.InvalidRequestException;
import dev.langchain4j.exception.LangChain4jException;
import dev.langchain4j.exception.ModelNotFoundException;
import dev.langchain4j.exception.RateLimitException;
import dev.langchain4j.exception.UnsupportedFeatureException;

/// LangChain4j's exceptions for what can go wrong here; those that it tries again are those that
/// are worth it.
final class Failures {
  private Failures() {}

  /// The thread that waited for an answer was interrupted, so there is none.
  static LangChain4jException interrupted() {
    return new LangChain4jException("the thread that waited for the answer was interrupted");
  }

  static LangChain4jException of(ChatException failure) {
    String message = String.valueOf(failure.getMessage());
    return switch (failure.kind()) {
      case INVALID_REQUEST, CONTEXT_EXCEEDED -> new InvalidRequestException(message, failure);
      case REFUSED -> new ContentFilteredException(message, failure);
      case MODEL_NOT_FOUND -> new ModelNotFoundException(message, failure);
      case NOT_SUPPORTED -> {
        UnsupportedFeatureException unsupported = new UnsupportedFeatureException(message);
        unsupported.initCause(failure);
        yield unsupported;
      }
      case OVERLOADED -> new RateLimitException(message, failure);
      case UNAVAILABLE -> new InternalServerException(message, failure);
      case FAILED -> new LangChain4jException(message, failure);
    };
  }
}
