package dev.freehold.gateway.upstream;

import dev.freehold.chat.FinishReason;
import dev.freehold.gateway.failure.AttemptException;
import dev.freehold.gateway.failure.FailureClass;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.MissingNode;

/// Reads the lines of an answer of `/api/chat`.
final class OllamaAnswer implements Wire.AnswerReader {
  private final Telling telling;
  private int calls;
  private boolean isEnded;

  OllamaAnswer(Telling telling) {
    this.telling = telling;
  }

  @Override
  public boolean isEnded() {
    return isEnded;
  }

  @Override
  public void read(String name, JsonNode piece) {
    telling.model(piece.path("model"));
    JsonNode message = piece.path("message");
    telling.reasoning(message.path("thinking").stringValue(""));
    telling.text(message.path("content").stringValue(""));
    for (JsonNode call : message.path("tool_calls")) {
      JsonNode function = call.path("function");
      telling.call(
          calls++,
          call.path("id").stringValue(""),
          function.path("name").stringValue(""),
          function.path("arguments").toString());
    }
    if (piece.path("done").booleanValue(false)) {
      telling.promptTokens(piece.path("prompt_eval_count"), MissingNode.getInstance());
      telling.answerTokens(piece.path("eval_count"), MissingNode.getInstance());
      finish(piece.path("done_reason").stringValue("stop"));
      isEnded = true;
    }
  }

  private void finish(String reason) {
    switch (reason) {
      case "stop" -> telling.finish(FinishReason.END, "");
      case "length" -> telling.finish(FinishReason.MAX_TOKENS, "");
      case "content_filter" -> telling.finish(FinishReason.REFUSED, "");
      default ->
          throw new AttemptException(
              FailureClass.TRANSIENT,
              "the answer ended for a reason that is none of a whole answer: "
                  + Errors.shown(reason));
    }
  }
}
