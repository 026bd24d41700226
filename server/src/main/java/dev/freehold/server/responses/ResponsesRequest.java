package dev.freehold.server.responses;

import dev.freehold.chat.Caller;
import dev.freehold.chat.ChatException;
import dev.freehold.chat.ChatRequest;
import dev.freehold.chat.Ending;
import dev.freehold.chat.Input;
import dev.freehold.chat.Logprobs;
import dev.freehold.chat.Message;
import dev.freehold.chat.Output;
import dev.freehold.chat.OutputFormat;
import dev.freehold.server.Fields;
import dev.freehold.server.wire.Named;
import dev.freehold.server.wire.Receipts;
import dev.freehold.server.wire.SamplingFields;
import dev.freehold.server.wire.Thinking;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import tools.jackson.databind.JsonNode;

/// A request of the Responses API as the chat module says it.
///
/// Nothing is stored: `store` is taken and answered with false, `previous_response_id`,
/// `conversation`, `prompt` and `background` are refused. A prompt is never shortened: `truncation`
/// is answered with `disabled`.
///
/// @param tools what the model may call, and how its calls are told
/// @param carriesThinking whether thinking is also told as the string to hand back
/// @param body the request itself, for what the answer repeats of it
public record ResponsesRequest(
    ChatRequest chat, boolean stream, ToolSet tools, boolean carriesThinking, Fields body) {
  private static final int MAX_STOPS = 64;
  private static final int MAX_LOGPROBS = 20;
  private static final int MAX_INCLUDES = 100;
  private static final int MAX_METADATA = 16;
  private static final String LOGPROBS = "message.output_text.logprobs";
  private static final String THINKING = "reasoning.encrypted_content";

  /// @throws ChatException where the request is not as it must be
  static ResponsesRequest read(Fields body, Caller caller) {
    String model = body.string("model", "");
    refuse(body, "previous_response_id", "answers are not stored; send the conversation in input");
    refuse(body, "conversation", "conversations are not stored; send the items in input");
    refuse(body, "prompt", "prompts are not stored; send the items in input");
    if (body.bool("background", false)) {
      throw new ChatException(body.at("background"), "is not supported; use stream");
    }
    body.bool("store", false);
    body.oneOf("truncation", List.of("auto", "disabled"));
    body.object("metadata").ifPresent(ResponsesRequest::checkMetadata);
    List<String> include = body.strings("include", MAX_INCLUDES);
    ToolSet tools = ToolSet.read(body);
    List<Message> messages = new ItemsReader().read(body);
    Input input = new Input.Conversation(messages, tools.tools(), thinking(body).templateOptions());
    OptionalInt maxTokens = body.integer("max_output_tokens", 1, Integer.MAX_VALUE);
    List<String> stops = body.strings("stop", MAX_STOPS);
    Ending ending = Named.as(body, "stop", "stop", () -> new Ending(stops, maxTokens));
    int alternatives = body.integer("top_logprobs", 0, MAX_LOGPROBS, 0);
    Output output =
        Output.FREE
            .withFormat(format(body))
            .withTools(tools.choice(), body.bool("parallel_tool_calls", true))
            .withLogprobs(
                include.contains(LOGPROBS)
                    ? new Logprobs(true, false, alternatives)
                    : Logprobs.NONE);
    Output told = Receipts.asked(body, output);
    return new ResponsesRequest(
        new ChatRequest(model, input, SamplingFields.read(body), ending, told, caller),
        body.bool("stream", false),
        tools,
        include.contains(THINKING),
        body);
  }

  private static void refuse(Fields body, String field, String reason) {
    if (body.has(field)) {
      throw new ChatException(body.at(field), "is not supported; " + reason);
    }
  }

  private static void checkMetadata(Fields metadata) {
    if (metadata.object().size() > MAX_METADATA) {
      throw new ChatException(
          "metadata",
          "expected at most %d pairs, found %d".formatted(MAX_METADATA, metadata.object().size()));
    }
    for (Map.Entry<String, JsonNode> pair : metadata.object().properties()) {
      metadata.requiredString(pair.getKey());
    }
  }

  private static Thinking thinking(Fields body) {
    Optional<Fields> reasoning = body.object("reasoning");
    Optional<String> effort = reasoning.flatMap(fields -> fields.string("effort"));
    return effort.isEmpty()
        ? Thinking.UNSAID
        : Thinking.ofEffort(effort.get())
            .orElseThrow(() ->
                new ChatException(
                    reasoning.get().at("effort"),
                    "expected none, minimal, low, medium, high, xhigh or max, found "
                        + Fields.shown(reasoning.get().required("effort"))));
  }

  private static OutputFormat format(Fields body) {
    Optional<Fields> format = body.object("text").flatMap(text -> text.object("format"));
    if (format.isEmpty()) {
      return OutputFormat.FREE;
    }
    String type = format.get().requiredString("type");
    return switch (type) {
      case "text" -> OutputFormat.FREE;
      case "json_object" -> new OutputFormat.JsonObject();
      case "json_schema" -> {
        JsonNode schema = format.get().required("schema");
        yield Named.as(format.get(), "schema", "schema", () -> new OutputFormat.JsonSchema(schema));
      }
      default ->
          throw new ChatException(
              format.get().at("type"), "expected text, json_object or json_schema");
    };
  }
}
