package dev.freehold.server.anthropic;

import dev.freehold.server.Problem;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Errors as Anthropic's API tells them:
/// `{"type":"error","error":{"type","message"},"request_id"}`.
final class AnthropicErrors {
  private AnthropicErrors() {}

  static ObjectNode body(Problem problem, String requestId) {
    ObjectNode body = JsonNodeFactory.instance.objectNode().put("type", "error");
    ObjectNode error = body.putObject("error");
    error.put("type", type(problem.kind())).put("message", message(problem));
    if (problem.isPartial()) {
      error.put("partial", true);
    }
    return body.put("request_id", requestId);
  }

  /// Clients shorten their conversation where the message begins as it does at Anthropic.
  private static String message(Problem problem) {
    return problem.kind() == Problem.Kind.CONTEXT_EXCEEDED
        ? "prompt is too long: " + problem.message()
        : problem.message();
  }

  private static String type(Problem.Kind kind) {
    return switch (kind) {
      case INVALID_REQUEST,
          REFUSED,
          CONTEXT_EXCEEDED,
          METHOD_NOT_ALLOWED,
          UNSUPPORTED_MEDIA_TYPE,
          HEADERS_TOO_LARGE,
          NOT_SUPPORTED ->
          "invalid_request_error";
      case TOO_LARGE -> "request_too_large";
      case UNAUTHENTICATED -> "authentication_error";
      case FORBIDDEN -> "permission_error";
      case NOT_FOUND, MODEL_NOT_FOUND -> "not_found_error";
      case TIMEOUT -> "timeout_error";
      case OVERLOADED -> "rate_limit_error";
      case UNAVAILABLE -> "overloaded_error";
      case FAILED -> "api_error";
    };
  }
}
