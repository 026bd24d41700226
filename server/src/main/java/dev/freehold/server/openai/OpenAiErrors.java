package dev.freehold.server.openai;

import dev.freehold.server.Problem;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Errors as OpenAI's API tells them: `{"error":{"message","type","param","code"}}`; where a prompt
/// is too long also llama-server's `n_prompt_tokens` and `n_ctx`.
public final class OpenAiErrors {
  private OpenAiErrors() {}

  public static JsonNode body(Problem problem) {
    ObjectNode error = JsonNodeFactory.instance.objectNode();
    error.put("message", problem.message());
    error.put("type", type(problem.kind()));
    if (problem.field().isEmpty()) {
      error.putNull("param");
    } else {
      error.put("param", problem.field());
    }
    error.put("code", code(problem.kind()));
    problem
        .excess()
        .ifPresent(excess -> {
          error.put("n_prompt_tokens", excess.promptTokens());
          error.put("n_ctx", excess.contextTokens());
        });
    if (problem.isPartial()) {
      error.put("partial", true);
    }
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    body.set("error", error);
    return body;
  }

  private static String type(Problem.Kind kind) {
    return switch (kind) {
      case INVALID_REQUEST,
          REFUSED,
          METHOD_NOT_ALLOWED,
          TIMEOUT,
          TOO_LARGE,
          UNSUPPORTED_MEDIA_TYPE,
          HEADERS_TOO_LARGE ->
          "invalid_request_error";
      case CONTEXT_EXCEEDED -> "exceed_context_size_error";
      case UNAUTHENTICATED -> "authentication_error";
      case FORBIDDEN -> "permission_error";
      case NOT_FOUND, MODEL_NOT_FOUND -> "not_found_error";
      case OVERLOADED -> "rate_limit_error";
      case FAILED -> "server_error";
      case NOT_SUPPORTED -> "not_supported_error";
      case UNAVAILABLE -> "unavailable_error";
    };
  }

  private static String code(Problem.Kind kind) {
    return switch (kind) {
      case INVALID_REQUEST -> "invalid_request";
      case CONTEXT_EXCEEDED -> "context_length_exceeded";
      case REFUSED -> "content_filter";
      case UNAUTHENTICATED -> "invalid_api_key";
      case FORBIDDEN -> "forbidden";
      case NOT_FOUND -> "not_found";
      case MODEL_NOT_FOUND -> "model_not_found";
      case METHOD_NOT_ALLOWED -> "method_not_allowed";
      case TIMEOUT -> "request_timeout";
      case TOO_LARGE -> "request_too_large";
      case UNSUPPORTED_MEDIA_TYPE -> "unsupported_media_type";
      case OVERLOADED -> "rate_limit_exceeded";
      case HEADERS_TOO_LARGE -> "headers_too_large";
      case FAILED -> "server_error";
      case NOT_SUPPORTED -> "not_supported";
      case UNAVAILABLE -> "unavailable";
    };
  }
}
