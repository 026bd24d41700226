package dev.freehold.server.responses;

import dev.freehold.chat.ChatEvent;
import dev.freehold.chat.TokenLogprob;
import dev.freehold.chat.Usage;
import dev.freehold.server.Fields;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// The response object, with what it repeats of its request.
final class ResponseJson {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
  private static final List<String> REPEATED =
      List.of(
          "instructions",
          "max_output_tokens",
          "prompt_cache_key",
          "safety_identifier",
          "temperature",
          "top_p",
          "user");

  private final ObjectNode head;

  /// @param id of the response
  /// @param created when it was asked for
  ResponseJson(String id, Instant created, ResponsesRequest request) {
    Fields body = request.body();
    this.head =
        JSON.objectNode()
            .put("id", id)
            .put("object", "response")
            .put("created_at", created.getEpochSecond())
            .put("status", "in_progress")
            .put("background", false)
            .putNull("error")
            .putNull("incomplete_details")
            .put("model", request.chat().model())
            .putNull("previous_response_id")
            .put("parallel_tool_calls", request.chat().output().parallelCalls())
            .put("store", false)
            .put("service_tier", "default")
            .put("truncation", "disabled")
            .put("top_logprobs", request.chat().output().logprobs().alternatives());
    for (String field : REPEATED) {
      head.set(field, body.value(field).orElse(JSON.nullNode()));
    }
    head.set("metadata", body.value("metadata").orElseGet(JSON::objectNode));
    head.set("tool_choice", body.value("tool_choice").orElseGet(() -> JSON.stringNode("auto")));
    head.set("tools", request.tools().declared());
    ObjectNode reasoning = head.putObject("reasoning");
    for (String field : List.of("effort", "summary")) {
      reasoning.set(field, repeated(body.object("reasoning"), field));
    }
    ObjectNode text = head.putObject("text");
    JsonNode format = repeated(body.object("text"), "format");
    text.set("format", format.isNull() ? JSON.objectNode().put("type", "text") : format);
    Optional<JsonNode> verbosity = body.object("text").flatMap(given -> given.value("verbosity"));
    verbosity.ifPresent(value -> text.set("verbosity", value));
    head.putArray("output");
    head.putNull("usage");
  }

  /// Names the model that answers.
  void served(ChatEvent.Served served) {
    head.put("model", served.model());
  }

  private static JsonNode repeated(Optional<Fields> given, String field) {
    return given.flatMap(fields -> fields.value(field)).orElse(JSON.nullNode());
  }

  /// The response with this status and output.
  ObjectNode with(String status, ArrayNode output) {
    ObjectNode response = head.deepCopy().put("status", status);
    response.set("output", output.deepCopy());
    return response;
  }

  static ObjectNode usage(Usage usage) {
    ObjectNode node = JSON.objectNode().put("input_tokens", usage.promptTokens());
    node.putObject("input_tokens_details").put("cached_tokens", usage.reusedTokens());
    node.put("output_tokens", usage.completionTokens());
    node.putObject("output_tokens_details").put("reasoning_tokens", usage.reasoningTokens());
    return node.put("total_tokens", usage.promptTokens() + usage.completionTokens());
  }

  static ObjectNode textPart(String text, List<TokenLogprob> logprobs) {
    ObjectNode part = JSON.objectNode().put("type", "output_text").put("text", text);
    part.putArray("annotations");
    part.set("logprobs", logprobs(logprobs));
    return part;
  }

  static ObjectNode thoughtPart(String text) {
    return JSON.objectNode().put("type", "reasoning_text").put("text", text);
  }

  static ArrayNode logprobs(List<TokenLogprob> logprobs) {
    ArrayNode told = JSON.arrayNode();
    for (TokenLogprob logprob : logprobs) {
      ObjectNode token = told(logprob.chosen());
      ArrayNode best = token.putArray("top_logprobs");
      logprob.best().forEach(candidate -> best.add(told(candidate)));
      told.add(token);
    }
    return told;
  }

  private static ObjectNode told(TokenLogprob.Candidate candidate) {
    ObjectNode token =
        JSON.objectNode().put("token", candidate.text()).put("logprob", candidate.logprob());
    ArrayNode bytes = token.putArray("bytes");
    candidate.bytes().forEach(bytes::add);
    return token;
  }
}
