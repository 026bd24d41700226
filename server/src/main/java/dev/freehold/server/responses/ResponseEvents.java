package dev.freehold.server.responses;

import dev.freehold.chat.ChatEvent;
import dev.freehold.chat.FinishReason;
import dev.freehold.chat.TokenLogprob;
import dev.freehold.server.Problem;
import dev.freehold.server.wire.AnswerPart;
import dev.freehold.server.wire.AnswerParts;
import dev.freehold.server.wire.CarriedSeal;
import dev.freehold.server.wire.CarriedThought;
import dev.freehold.server.wire.Ids;
import dev.freehold.server.wire.Receipts;
import java.time.InstantSource;
import java.util.List;
import java.util.function.BiConsumer;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Tells an answer in the events of the Responses API, numbered from 0 on, and makes the response
/// that they join to.
///
/// `response.created`, `response.in_progress`; per part of the answer `response.output_item.added`,
/// its pieces and `response.output_item.done`; then `response.completed`, `response.incomplete` or
/// `response.failed`.
final class ResponseEvents implements AnswerParts.Listener {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
  private static final JsonMapper MAPPER = JsonMapper.shared();

  private final ResponseJson json;
  private final ResponsesRequest request;
  private final Ids ids;
  private final InstantSource clock;
  private final BiConsumer<String, ObjectNode> events;
  private final ArrayNode output = JSON.arrayNode();
  private ObjectNode item = JSON.objectNode();
  private ObjectNode response = JSON.objectNode();
  private int sent;

  /// @param events whoever sends an event by its name
  ResponseEvents(
      ResponseJson json,
      ResponsesRequest request,
      Ids ids,
      InstantSource clock,
      BiConsumer<String, ObjectNode> events) {
    this.json = json;
    this.request = request;
    this.ids = ids;
    this.clock = clock;
    this.events = events;
  }

  /// The response as the last event told it.
  ObjectNode response() {
    return response;
  }

  /// Whether an event was told.
  boolean hasBegun() {
    return sent > 0;
  }

  private void send(String type, ObjectNode fields) {
    ObjectNode event = JSON.objectNode().put("type", type).put("sequence_number", sent++);
    event.setAll(fields);
    events.accept(type, event);
  }

  private void sendResponse(String type) {
    ObjectNode fields = JSON.objectNode();
    fields.set("response", response);
    send(type, fields);
  }

  private void sendItem(String type, int index) {
    ObjectNode fields = JSON.objectNode().put("output_index", index);
    fields.set("item", item.deepCopy());
    send(type, fields);
  }

  /// The fields of an event about the open item.
  private ObjectNode ofItem(int index) {
    return JSON.objectNode()
        .put("item_id", item.get("id").stringValue())
        .put("output_index", index);
  }

  private ObjectNode ofPart(int index) {
    return ofItem(index).put("content_index", 0);
  }

  @Override
  public void began(int promptTokens, int reusedTokens) {
    response = json.with("in_progress", output);
    sendResponse("response.created");
    sendResponse("response.in_progress");
  }

  @Override
  public void opened(int index, AnswerPart part) {
    item = JSON.objectNode();
    switch (part) {
      case AnswerPart.Reasoning reasoning -> {
        item.put("id", ids.next("rs_")).put("type", "reasoning").put("status", "in_progress");
        item.putArray("summary");
        item.putArray("content");
        sendItem("response.output_item.added", index);
        sendPart("response.content_part.added", index, ResponseJson.thoughtPart(""));
      }
      case AnswerPart.Text text -> {
        item.put("id", ids.next("msg_"))
            .put("type", "message")
            .put("status", "in_progress")
            .put("role", "assistant");
        item.putArray("content");
        sendItem("response.output_item.added", index);
        sendPart("response.content_part.added", index, ResponseJson.textPart("", List.of()));
      }
      case AnswerPart.Call call -> {
        ToolSet.Wire wire = request.tools().wire(call.name());
        item.put("id", ids.next(wire.isCustom() ? "ctc_" : "fc_"))
            .put("type", wire.isCustom() ? "custom_tool_call" : "function_call")
            .put("status", "in_progress")
            .put("call_id", ids.next("call_"))
            .put("name", wire.name())
            .put(wire.isCustom() ? "input" : "arguments", "");
        if (!wire.namespace().isEmpty()) {
          item.put("namespace", wire.namespace());
        }
        sendItem("response.output_item.added", index);
      }
    }
  }

  private void sendPart(String type, int index, ObjectNode part) {
    ObjectNode fields = ofPart(index);
    fields.set("part", part);
    send(type, fields);
  }

  @Override
  public void grew(int index, AnswerPart part, String piece, List<TokenLogprob> logprobs) {
    switch (part) {
      case AnswerPart.Reasoning reasoning ->
          send("response.reasoning_text.delta", ofPart(index).put("delta", piece));
      case AnswerPart.Text text -> {
        ObjectNode fields = ofPart(index).put("delta", piece);
        fields.set("logprobs", ResponseJson.logprobs(logprobs));
        send("response.output_text.delta", fields);
      }
      case AnswerPart.Call call -> {
        if (!request.tools().wire(call.name()).isCustom()) {
          send("response.function_call_arguments.delta", ofItem(index).put("delta", piece));
        }
      }
    }
  }

  private static String carried(AnswerPart.Reasoning reasoning) {
    return reasoning
        .seal()
        .map(seal -> CarriedSeal.encode(seal, reasoning.text()))
        .orElseGet(() -> CarriedThought.encode(reasoning.text()));
  }

  @Override
  public void closed(int index, AnswerPart part, boolean isWhole) {
    item.put("status", isWhole ? "completed" : "incomplete");
    switch (part) {
      case AnswerPart.Reasoning reasoning -> {
        send("response.reasoning_text.done", ofPart(index).put("text", reasoning.text()));
        ObjectNode whole = ResponseJson.thoughtPart(reasoning.text());
        sendPart("response.content_part.done", index, whole);
        item.withArray("content").add(whole);
        if (request.carriesThinking()) {
          item.put("encrypted_content", carried(reasoning));
        }
      }
      case AnswerPart.Text text -> {
        ObjectNode fields = ofPart(index).put("text", text.text());
        fields.set("logprobs", ResponseJson.logprobs(text.logprobs()));
        send("response.output_text.done", fields);
        ObjectNode whole = ResponseJson.textPart(text.text(), text.logprobs());
        sendPart("response.content_part.done", index, whole);
        item.withArray("content").add(whole);
      }
      case AnswerPart.Call call -> closedCall(index, call);
    }
    sendItem("response.output_item.done", index);
    output.add(item);
  }

  private void closedCall(int index, AnswerPart.Call call) {
    if (request.tools().wire(call.name()).isCustom()) {
      String input = customInput(call);
      item.put("input", input);
      send("response.custom_tool_call_input.delta", ofItem(index).put("delta", input));
      send("response.custom_tool_call_input.done", ofItem(index).put("input", input));
    } else {
      item.put("arguments", call.arguments());
      send(
          "response.function_call_arguments.done",
          ofItem(index)
              .put("name", item.get("name").stringValue())
              .put("arguments", call.arguments()));
    }
  }

  /// The text of a custom call; its arguments as they are where they hold no text.
  private static String customInput(AnswerPart.Call call) {
    try {
      return ToolSet.input(MAPPER.readTree(call.arguments())).orElse(call.arguments());
    } catch (JacksonException e) {
      return call.arguments();
    }
  }

  @Override
  public void finished(ChatEvent.Finished finished) {
    boolean isRefused = finished.reason() == FinishReason.REFUSED;
    boolean isWhole =
        !isRefused
            && finished.reason() != FinishReason.MAX_TOKENS
            && finished.reason() != FinishReason.CONTEXT_FULL;
    response = json.with(isWhole ? "completed" : "incomplete", output);
    if (isWhole) {
      response.put("completed_at", clock.instant().getEpochSecond());
    } else {
      response
          .putObject("incomplete_details")
          .put("reason", isRefused ? "content_filter" : "max_output_tokens");
    }
    response.set("usage", ResponseJson.usage(finished.usage()));
    Receipts.put(response, finished.receipt());
    sendResponse(isWhole ? "response.completed" : "response.incomplete");
  }

  @Override
  public void served(ChatEvent.Served served) {
    json.served(served);
  }

  /// The answer broke off.
  void failed(Problem problem) {
    response = json.with("failed", output);
    response
        .putObject("error")
        .put(
            "code",
            switch (problem.kind()) {
              case OVERLOADED -> "rate_limit_exceeded";
              case CONTEXT_EXCEEDED -> "context_length_exceeded";
              default -> "server_error";
            })
        .put("message", problem.message());
    sendResponse("response.failed");
  }
}
