package dev.freehold.gateway.upstream;

import dev.freehold.chat.ChatRequest;
import dev.freehold.chat.FinishReason;
import dev.freehold.chat.Input;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/// Requests in OpenAI's form, as they are kept to be asked again.
public final class ChatForm {
  private static final Settings WHOLE = new Settings(true, "max_tokens", 1);

  private ChatForm() {}

  /// The body of a chat request; empty for raw text and tokens, which have no such form.
  public static Optional<ObjectNode> of(ChatRequest request) {
    if (!(request.input() instanceof Input.Conversation)) {
      return Optional.empty();
    }
    ObjectNode body = new OpenAiRequest(WHOLE, notice -> {}).body(request, request.model());
    body.remove("stream");
    body.remove("stream_options");
    return Optional.of(body);
  }

  /// What OpenAI's form calls the end of an answer.
  public static String of(FinishReason reason) {
    return switch (reason) {
      case END, STOP_STRING -> "stop";
      case TOOL_CALLS -> "tool_calls";
      case MAX_TOKENS, CONTEXT_FULL -> "length";
      case REFUSED -> "content_filter";
      case CANCELLED -> "";
    };
  }
}
