package dev.freehold.server.anthropic;

import dev.freehold.chat.ChatEvent;
import dev.freehold.chat.Usage;
import dev.freehold.server.wire.AnswerPart;
import dev.freehold.server.wire.CarriedSeal;
import dev.freehold.server.wire.CarriedThought;
import dev.freehold.server.wire.Ids;
import dev.freehold.server.wire.Receipts;
import dev.freehold.tensor.Sha256;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// The objects of the Messages API that tell one answer.
///
/// The signature of a thinking block is the SHA-256 of its text in base64, by which anyone can see
/// that it was not changed; where the text is not shown, it carries the text; where another service
/// gave the answer, it carries the signature of that one. `input_tokens` counts what had to be
/// computed, `cache_read_input_tokens` what was computed before.
///
/// @param id of the message
/// @param model the name under which the model was asked
/// @param stops the strings that end the answer
record MessageJson(String id, String model, List<String> stops, boolean showsThinking) {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
  private static final JsonMapper MAPPER = JsonMapper.shared();

  MessageJson withModel(String newModel) {
    return new MessageJson(id, newModel, stops, showsThinking);
  }

  /// The message before there is anything in it.
  ObjectNode begun(int promptTokens, int reusedTokens) {
    ObjectNode message = head();
    message.putArray("content");
    message.putNull("stop_reason");
    message.putNull("stop_sequence");
    message.putNull("stop_details");
    message.set("usage", usage(promptTokens, reusedTokens, 0));
    return message;
  }

  private ObjectNode head() {
    return JSON.objectNode()
        .put("id", id)
        .put("type", "message")
        .put("role", "assistant")
        .put("model", model);
  }

  /// The whole message.
  ObjectNode whole(List<AnswerPart> parts, ChatEvent.Finished finished, Ids ids) {
    ObjectNode message = head();
    ArrayNode content = message.putArray("content");
    for (AnswerPart part : parts) {
      ObjectNode block = emptyBlock(part, ids);
      switch (part) {
        case AnswerPart.Text text -> block.put("text", text.text());
        case AnswerPart.Call call -> block.set("input", input(call));
        case AnswerPart.Reasoning reasoning -> {
          if (!reasoning.isRedacted()) {
            block.put("thinking", showsThinking ? reasoning.text() : "");
            block.put("signature", signature(reasoning));
          }
        }
      }
      content.add(block);
    }
    putEnd(message, finished);
    message.set("usage", usage(finished.usage()));
    Receipts.put(message, finished.receipt());
    return message;
  }

  /// A block as it is when it begins.
  ObjectNode emptyBlock(AnswerPart part, Ids ids) {
    ObjectNode block = JSON.objectNode();
    switch (part) {
      case AnswerPart.Text text -> block.put("type", "text").put("text", "").putNull("citations");
      case AnswerPart.Reasoning reasoning -> {
        if (reasoning.isRedacted()) {
          String data = CarriedSeal.encode(reasoning.seal().orElseThrow(), "");
          block.put("type", "redacted_thinking").put("data", data);
        } else {
          block.put("type", "thinking").put("thinking", "").put("signature", "");
        }
      }
      case AnswerPart.Call call -> {
        block.put("type", "tool_use").put("id", ids.next("toolu_")).put("name", call.name());
        block.putObject("input");
        block.putObject("caller").put("type", "direct");
      }
    }
    return block;
  }

  /// The arguments of a call; none where the answer broke off inside of them, which `stop_reason`
  /// tells.
  private static JsonNode input(AnswerPart.Call call) {
    try {
      JsonNode read = MAPPER.readTree(call.arguments());
      return read.isObject() ? read : JSON.objectNode();
    } catch (JacksonException e) {
      return JSON.objectNode();
    }
  }

  String signature(AnswerPart.Reasoning reasoning) {
    String thought = reasoning.text();
    if (reasoning.seal().isPresent()) {
      return CarriedSeal.encode(reasoning.seal().get(), showsThinking ? "" : thought);
    }
    if (!showsThinking) {
      return CarriedThought.encode(thought);
    }
    return Base64.getEncoder()
        .encodeToString(Sha256.bytes(thought.getBytes(StandardCharsets.UTF_8)));
  }

  /// Why the answer ended.
  void putEnd(ObjectNode holder, ChatEvent.Finished finished) {
    holder.put(
        "stop_reason",
        switch (finished.reason()) {
          case END -> "end_turn";
          case TOOL_CALLS -> "tool_use";
          case STOP_STRING -> "stop_sequence";
          case MAX_TOKENS -> "max_tokens";
          case CONTEXT_FULL -> "model_context_window_exceeded";
          case REFUSED -> "refusal";
          case CANCELLED -> throw new IllegalStateException("a cancelled answer has no end");
        });
    Optional<String> stop =
        switch (finished.reason()) {
          case STOP_STRING ->
              finished.stop().isEmpty() && stops.size() == 1
                  ? Optional.of(stops.getFirst())
                  : Optional.of(finished.stop()).filter(text -> !text.isEmpty());
          case END, TOOL_CALLS, MAX_TOKENS, CONTEXT_FULL, REFUSED, CANCELLED -> Optional.empty();
        };
    holder.set("stop_sequence", stop.<JsonNode>map(JSON::stringNode).orElse(JSON.nullNode()));
    holder.putNull("stop_details");
  }

  static ObjectNode usage(Usage usage) {
    ObjectNode node = usage(usage.promptTokens(), usage.reusedTokens(), usage.completionTokens());
    node.putObject("output_tokens_details").put("thinking_tokens", usage.reasoningTokens());
    return node;
  }

  private static ObjectNode usage(int promptTokens, int reusedTokens, int answerTokens) {
    return JSON.objectNode()
        .put("input_tokens", promptTokens - reusedTokens)
        .put("cache_creation_input_tokens", 0)
        .put("cache_read_input_tokens", reusedTokens)
        .put("output_tokens", answerTokens);
  }
}
