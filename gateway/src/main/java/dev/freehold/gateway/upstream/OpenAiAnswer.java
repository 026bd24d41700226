package dev.freehold.gateway.upstream;

import dev.freehold.chat.FinishReason;
import dev.freehold.gateway.failure.AttemptException;
import dev.freehold.gateway.failure.FailureClass;
import tools.jackson.databind.JsonNode;

/// Reads the chunks of a chat completion; one that comes whole is read as one chunk.
final class OpenAiAnswer implements Wire.AnswerReader {
  private static final int MAX_INDEX = 10_000;

  private final Telling telling;
  private int lastCall = -1;
  private boolean isEnded;

  OpenAiAnswer(Telling telling) {
    this.telling = telling;
  }

  @Override
  public boolean isEnd(String data) {
    boolean isMark = data.strip().equals("[DONE]");
    isEnded |= isMark;
    return isMark;
  }

  @Override
  public boolean isEnded() {
    return isEnded;
  }

  @Override
  public void read(String name, JsonNode piece) {
    telling.model(piece.path("model"));
    JsonNode usage = piece.path("usage");
    if (usage.isObject()) {
      telling.promptTokens(
          usage.path("prompt_tokens"), usage.at("/prompt_tokens_details/cached_tokens"));
      telling.answerTokens(
          usage.path("completion_tokens"), usage.at("/completion_tokens_details/reasoning_tokens"));
    }
    JsonNode choice = piece.path("choices").path(0);
    if (choice.isObject()) {
      boolean isWhole = choice.path("message").isObject();
      telling.logprobs(OpenAiLogprobs.read(choice.at("/logprobs/content")));
      delta(isWhole ? choice.path("message") : choice.path("delta"));
      if (choice.path("finish_reason").isString()) {
        finish(choice);
      }
      isEnded |= isWhole;
    }
  }

  private void delta(JsonNode delta) {
    telling.reasoning(
        delta.path("reasoning_content").stringValue(delta.path("reasoning").stringValue("")));
    telling.text(delta.path("content").stringValue(""));
    telling.refusal(delta.path("refusal").stringValue(""));
    for (JsonNode call : delta.path("tool_calls")) {
      JsonNode function = call.path("function");
      String id = call.path("id").stringValue("");
      lastCall = index(call.path("index"), !id.isEmpty());
      JsonNode arguments = function.path("arguments");
      telling.call(
          lastCall,
          id,
          function.path("name").stringValue(""),
          arguments.isObject() ? arguments.toString() : arguments.stringValue(""));
    }
  }

  /// Some servers leave the index out: an id begins another call then.
  private int index(JsonNode index, boolean isNew) {
    if (index.isMissingNode() || index.isNull()) {
      return isNew ? lastCall + 1 : Math.max(0, lastCall);
    }
    int value = Telling.count(index).orElse(-1);
    if (value < 0 || value > MAX_INDEX) {
      throw new AttemptException(
          FailureClass.MALFORMED, "a tool's call has an index that is no number of a call");
    }
    return value;
  }

  private void finish(JsonNode choice) {
    String reason = choice.path("finish_reason").stringValue("");
    String stop = choice.path("stop_reason").stringValue(""); // vLLM: the stop string
    switch (reason) {
      case "stop", "eos", "end_turn" ->
          telling.finish(stop.isEmpty() ? FinishReason.END : FinishReason.STOP_STRING, stop);
      case "length" -> telling.finish(FinishReason.MAX_TOKENS, "");
      case "tool_calls", "function_call" -> telling.finish(FinishReason.TOOL_CALLS, "");
      case "content_filter" -> telling.finish(FinishReason.REFUSED, "");
      default ->
          throw new AttemptException(
              FailureClass.TRANSIENT,
              "the answer ended for a reason that is none of a whole answer: "
                  + Errors.shown(reason));
    }
  }
}
