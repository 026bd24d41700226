package dev.freehold.gateway.upstream;

import dev.freehold.chat.ChatRequest;
import dev.freehold.chat.Input;
import dev.freehold.chat.Logprobs;
import dev.freehold.chat.Message;
import dev.freehold.chat.OutputFormat;
import dev.freehold.chat.Part;
import dev.freehold.chat.SamplingParameter;
import dev.freehold.chat.Tool;
import dev.freehold.chat.ToolCall;
import dev.freehold.chat.ToolChoice;
import dev.freehold.gateway.failure.AttemptException;
import dev.freehold.gateway.failure.FailureClass;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Writes a request in the form of OpenAI's chat completions.
///
/// Images in results of tools follow them in a message of the user, since results are text there.
final class OpenAiRequest {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private final Settings settings;
  private final Consumer<String> notices;
  private final CallIds ids = new CallIds();
  private final List<Part> images = new ArrayList<>();

  OpenAiRequest(Settings settings, Consumer<String> notices) {
    this.settings = settings;
    this.notices = notices;
  }

  ObjectNode body(ChatRequest request, String model) {
    if (!(request.input() instanceof Input.Conversation conversation)) {
      throw new AttemptException(
          FailureClass.UNSUPPORTED, "this server is asked in conversations, not in raw text");
    }
    ObjectNode body = JSON.objectNode().put("model", model).put("stream", true);
    body.putObject("stream_options").put("include_usage", true);
    putMessages(body.putArray("messages"), conversation.messages());
    putTools(body, request, conversation.tools());
    putFormat(body, request.output().format());
    putLogprobs(body, request.output().logprobs());
    putSampling(body, request);
    request.ending().maxTokens().ifPresent(most -> body.put(settings.maxTokensField(), most));
    if (!request.ending().stop().isEmpty()) {
      ArrayNode stops = body.putArray("stop");
      request.ending().stop().forEach(stops::add);
    }
    JsonNode effort = conversation.templateOptions().get("reasoning_effort");
    if (effort != null && effort.isString()) {
      body.put("reasoning_effort", effort.stringValue());
    }
    putExtras(body, request, conversation);
    return body;
  }

  private void putExtras(ObjectNode body, ChatRequest request, Input.Conversation conversation) {
    if (!settings.takesExtras()) {
      return;
    }
    if (!conversation.templateOptions().isEmpty()) {
      ObjectNode options = body.putObject("chat_template_kwargs");
      conversation.templateOptions().forEach(options::set);
    }
    request.ending().maxThoughtTokens().ifPresent(most -> body.put("thinking_budget_tokens", most));
    if (conversation.messages().getLast() instanceof Message.Assistant last
        && last.toolCalls().isEmpty()) {
      body.put("continue_final_message", true).put("add_generation_prompt", false);
    }
  }

  private void putMessages(ArrayNode messages, List<Message> all) {
    for (Message message : all) {
      if (!(message instanceof Message.ToolResult)) {
        flushImages(messages);
      }
      ObjectNode node = messages.addObject().put("role", message.role());
      switch (message) {
        case Message.System system -> node.put("content", Part.text(system.content()));
        case Message.Developer developer -> {
          node.put("role", "system"); // which all servers know
          node.put("content", Part.text(developer.content()));
        }
        case Message.User user -> node.set("content", content(user.content()));
        case Message.Assistant assistant -> putAssistant(node, assistant);
        case Message.ToolResult result -> {
          node.put("tool_call_id", ids.of(result));
          node.put("content", Part.text(result.content()));
          result.content().stream().filter(Part.Image.class::isInstance).forEach(images::add);
        }
      }
    }
    flushImages(messages);
  }

  private void flushImages(ArrayNode messages) {
    if (!images.isEmpty()) {
      messages.addObject().put("role", "user").set("content", content(images));
      images.clear();
    }
  }

  private void putAssistant(ObjectNode node, Message.Assistant assistant) {
    String text = Part.text(assistant.content());
    if (text.isEmpty() && !assistant.toolCalls().isEmpty()) {
      node.putNull("content");
    } else {
      node.put("content", text);
    }
    if (settings.takesExtras() && !assistant.reasoning().isEmpty()) {
      node.put("reasoning_content", assistant.reasoning());
    }
    if (!assistant.toolCalls().isEmpty()) {
      ArrayNode calls = node.putArray("tool_calls");
      for (ToolCall call : assistant.toolCalls()) {
        ObjectNode told = calls.addObject().put("id", ids.of(call)).put("type", "function");
        told.putObject("function")
            .put("name", call.name())
            .put("arguments", call.arguments().toString());
      }
    }
  }

  private static JsonNode content(List<Part> parts) {
    if (parts.stream().allMatch(Part.Text.class::isInstance)) {
      return JSON.stringNode(Part.text(parts));
    }
    ArrayNode content = JSON.arrayNode();
    for (Part part : parts) {
      switch (part) {
        case Part.Text text -> content.addObject().put("type", "text").put("text", text.text());
        case Part.Image image ->
            content
                .addObject()
                .put("type", "image_url")
                .putObject("image_url")
                .put("url", image.asUrl());
      }
    }
    return content;
  }

  private static void putTools(ObjectNode body, ChatRequest request, List<Tool> tools) {
    if (tools.isEmpty()) {
      return;
    }
    ArrayNode told = body.putArray("tools");
    for (Tool tool : tools) {
      ObjectNode function = told.addObject().put("type", "function").putObject("function");
      function.put("name", tool.name()).put("description", tool.description());
      function.set("parameters", tool.parameters());
    }
    switch (request.output().toolChoice()) {
      case ToolChoice.Auto auto -> body.put("tool_choice", "auto");
      case ToolChoice.None none -> body.put("tool_choice", "none");
      case ToolChoice.Required required -> body.put("tool_choice", "required");
      case ToolChoice.Named named ->
          body.putObject("tool_choice")
              .put("type", "function")
              .putObject("function")
              .put("name", named.tool());
    }
    if (!request.output().parallelCalls()) {
      body.put("parallel_tool_calls", false);
    }
  }

  private void putFormat(ObjectNode body, OutputFormat format) {
    switch (format) {
      case OutputFormat.Free free -> {}
      case OutputFormat.JsonObject object ->
          body.putObject("response_format").put("type", "json_object");
      case OutputFormat.JsonSchema schema -> {
        ObjectNode named =
            body.putObject("response_format").put("type", "json_schema").putObject("json_schema");
        named.put("name", "answer").put("strict", Schemas.isStrict(schema.schema()));
        named.set("schema", schema.schema());
      }
      case OutputFormat.Regex regex -> {
        requireExtras("a regular expression");
        body.putObject("structured_outputs").put("regex", regex.pattern());
      }
      case OutputFormat.Choice choice -> {
        requireExtras("a choice of texts");
        ArrayNode texts = body.putObject("structured_outputs").putArray("choice");
        choice.texts().forEach(texts::add);
      }
    }
  }

  private static void putLogprobs(ObjectNode body, Logprobs logprobs) {
    if (logprobs.ofAnswer()) {
      body.put("logprobs", true);
      body.put("top_logprobs", Math.min(OpenAiLogprobs.MOST_ALTERNATIVES, logprobs.alternatives()));
    }
  }

  private void requireExtras(String what) {
    if (!settings.takesExtras()) {
      throw new AttemptException(
          FailureClass.UNSUPPORTED, "this server cannot hold an answer to " + what);
    }
  }

  private void putSampling(ObjectNode body, ChatRequest request) {
    request
        .sampling()
        .values()
        .forEach((parameter, value) -> {
          boolean isOwn =
              switch (parameter) {
                case TEMPERATURE, TOP_P, FREQUENCY_PENALTY, PRESENCE_PENALTY -> true;
                case TOP_K, MIN_P, TYPICAL_P, REPETITION_PENALTY, REPETITION_WINDOW ->
                    settings.takesExtras();
              };
          if (isOwn) {
            put(body, name(parameter), value);
          } else {
            notices.accept(
                "%s is left out: this server does not know it".formatted(parameter.key()));
          }
        });
    request.sampling().seed().ifPresent(seed -> body.put("seed", seed));
    if (!request.sampling().logitBias().isEmpty()) {
      notices.accept("logit_bias is left out: its token ids are those of one tokenizer");
    }
  }

  private static String name(SamplingParameter parameter) {
    return switch (parameter) {
      case REPETITION_WINDOW -> "repeat_last_n";
      case TEMPERATURE,
          TOP_P,
          FREQUENCY_PENALTY,
          PRESENCE_PENALTY,
          TOP_K,
          MIN_P,
          TYPICAL_P,
          REPETITION_PENALTY ->
          parameter.key();
    };
  }

  static void put(ObjectNode body, String name, double value) {
    if (value == Math.rint(value) && Math.abs(value) < 1e9) {
      body.put(name, (long) value);
    } else {
      body.put(name, value);
    }
  }
}
