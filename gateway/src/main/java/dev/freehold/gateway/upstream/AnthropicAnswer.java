package dev.freehold.gateway.upstream;

import dev.freehold.chat.FinishReason;
import dev.freehold.gateway.failure.AttemptException;
import dev.freehold.gateway.failure.FailureClass;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/// Reads the events of a Messages answer; a message that comes whole is read as one event.
final class AnthropicAnswer implements Wire.AnswerReader {
  private static final int MAX_INDEX = 10_000;
  private static final int MAX_SEAL = 16 << 20;

  private final Telling telling;
  private String seal = "";
  private boolean isEnded;

  AnthropicAnswer(Telling telling) {
    this.telling = telling;
  }

  @Override
  public boolean isEnded() {
    return isEnded;
  }

  @Override
  public void read(String name, JsonNode piece) {
    switch (piece.path("type").stringValue(name)) {
      case "message_start" -> {
        telling.model(piece.at("/message/model"));
        usage(piece.at("/message/usage"));
      }
      case "content_block_start" -> block(index(piece), piece.path("content_block"), false);
      case "content_block_delta" -> delta(index(piece), piece.path("delta"));
      case "message_delta" -> {
        usage(piece.path("usage"));
        finish(piece.path("delta"));
      }
      case "message_stop" -> isEnded = true;
      case "message" -> whole(piece);
      case "content_block_stop" -> seal();
      default -> {} // ping and what will be added
    }
  }

  /// A stretch of thinking is over.
  private void seal() {
    telling.sealed(seal, false);
    seal = "";
  }

  private void whole(JsonNode message) {
    telling.model(message.path("model"));
    usage(message.path("usage"));
    int index = 0;
    for (JsonNode block : message.path("content")) {
      block(index++, block, true);
    }
    finish(message);
    isEnded = true;
  }

  private static int index(JsonNode piece) {
    int index = Telling.count(piece.path("index")).orElse(-1);
    if (index < 0 || index > MAX_INDEX) {
      throw new AttemptException(
          FailureClass.MALFORMED, "a block of the answer has an index that is none");
    }
    return index;
  }

  /// A block as it begins; one of a streamed answer has no input yet.
  private void block(int index, JsonNode block, boolean isWhole) {
    switch (block.path("type").stringValue("")) {
      case "text" -> telling.text(block.path("text").stringValue(""));
      case "thinking" -> {
        telling.reasoning(block.path("thinking").stringValue(""));
        seal = block.path("signature").stringValue("");
        if (isWhole) {
          seal();
        }
      }
      case "redacted_thinking" -> telling.sealed(block.path("data").stringValue(""), true);
      case "tool_use" ->
          telling.call(
              index,
              block.path("id").stringValue(""),
              block.path("name").stringValue(""),
              isWhole ? block.path("input").toString() : "");
      default -> {} // what only that service runs
    }
  }

  private void delta(int index, JsonNode delta) {
    switch (delta.path("type").stringValue("")) {
      case "text_delta" -> telling.text(delta.path("text").stringValue(""));
      case "thinking_delta" -> telling.reasoning(delta.path("thinking").stringValue(""));
      case "signature_delta" -> {
        seal += delta.path("signature").stringValue("");
        if (seal.length() > MAX_SEAL) {
          throw new AttemptException(FailureClass.MALFORMED, "a signature has no end");
        }
      }
      case "input_json_delta" ->
          telling.call(index, "", "", delta.path("partial_json").stringValue(""));
      default -> {} // citations
    }
  }

  /// What was read from and put into the vendor's cache is counted apart from the rest there.
  private void usage(JsonNode usage) {
    if (!usage.isObject()) {
      return;
    }
    JsonNode rest = usage.path("input_tokens");
    if (Telling.count(rest).isPresent()) {
      long read = Telling.count(usage.path("cache_read_input_tokens")).orElse(0);
      long put = Telling.count(usage.path("cache_creation_input_tokens")).orElse(0);
      JsonNodeFactory json = JsonNodeFactory.instance;
      telling.promptTokens(
          json.numberNode(rest.intValue() + read + put), json.numberNode((int) read));
    }
    telling.answerTokens(
        usage.path("output_tokens"), usage.at("/output_tokens_details/thinking_tokens"));
  }

  private void finish(JsonNode holder) {
    if (!holder.path("stop_reason").isString()) {
      return;
    }
    String reason = holder.path("stop_reason").stringValue("");
    switch (reason) {
      case "end_turn" -> telling.finish(FinishReason.END, "");
      case "max_tokens" -> telling.finish(FinishReason.MAX_TOKENS, "");
      case "stop_sequence" ->
          telling.finish(FinishReason.STOP_STRING, holder.path("stop_sequence").stringValue(""));
      case "tool_use" -> telling.finish(FinishReason.TOOL_CALLS, "");
      case "refusal" -> telling.finish(FinishReason.REFUSED, "");
      case "model_context_window_exceeded" -> telling.finish(FinishReason.CONTEXT_FULL, "");
      default ->
          throw new AttemptException(
              FailureClass.TRANSIENT,
              "the answer ended for a reason that is none of a whole answer: "
                  + Errors.shown(reason));
    }
  }
}
