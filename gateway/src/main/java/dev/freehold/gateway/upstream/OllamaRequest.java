package dev.freehold.gateway.upstream;

import dev.freehold.chat.ChatRequest;
import dev.freehold.chat.Input;
import dev.freehold.chat.Message;
import dev.freehold.chat.OutputFormat;
import dev.freehold.chat.Part;
import dev.freehold.chat.SamplingParameter;
import dev.freehold.chat.Tool;
import dev.freehold.chat.ToolCall;
import dev.freehold.chat.ToolChoice;
import dev.freehold.gateway.failure.AttemptException;
import dev.freehold.gateway.failure.FailureClass;
import java.util.List;
import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Writes a request in the form of Ollama's `/api/chat`.
final class OllamaRequest {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private OllamaRequest() {}

  static ObjectNode body(ChatRequest request, String model, Consumer<String> notices) {
    if (!(request.input() instanceof Input.Conversation conversation)) {
      throw unsupported("is asked in conversations, not in raw text");
    }
    if (request.output().logprobs().ofAnswer()) {
      throw unsupported("tells no probabilities of tokens");
    }
    if (!conversation.tools().isEmpty()
        && !(request.output().toolChoice() instanceof ToolChoice.Auto)) {
      throw unsupported("cannot be told whether to call tools");
    }
    ObjectNode body = JSON.objectNode().put("model", model).put("stream", true);
    ArrayNode messages = body.putArray("messages");
    conversation.messages().forEach(message -> messages.add(message(message)));
    if (!conversation.tools().isEmpty()) {
      putTools(body.putArray("tools"), conversation.tools());
    }
    putFormat(body, request.output().format());
    JsonNode wanted = conversation.templateOptions().get("enable_thinking");
    if (wanted != null && wanted.isBoolean()) {
      body.set("think", wanted);
    }
    putOptions(body.putObject("options"), request);
    if (!request.sampling().logitBias().isEmpty()) {
      notices.accept("logit_bias is left out: this server does not take it");
    }
    return body;
  }

  private static AttemptException unsupported(String what) {
    return new AttemptException(FailureClass.UNSUPPORTED, "this server " + what);
  }

  private static ObjectNode message(Message message) {
    ObjectNode node =
        JSON.objectNode().put("role", message.role()).put("content", Part.text(message.content()));
    ArrayNode images = JSON.arrayNode();
    for (Part part : message.content()) {
      if (part instanceof Part.Image image) {
        if (image.base64().isEmpty()) {
          throw unsupported("takes images only where they are sent with the message");
        }
        images.add(image.base64());
      }
    }
    if (!images.isEmpty()) {
      node.set("images", images);
    }
    switch (message) {
      case Message.System system -> {}
      case Message.Developer developer -> node.put("role", "system");
      case Message.User user -> {}
      case Message.Assistant assistant -> {
        if (!assistant.reasoning().isEmpty()) {
          node.put("thinking", assistant.reasoning());
        }
        if (!assistant.toolCalls().isEmpty()) {
          ArrayNode calls = node.putArray("tool_calls");
          for (ToolCall call : assistant.toolCalls()) {
            ObjectNode function = calls.addObject().putObject("function");
            function.put("name", call.name()).set("arguments", call.arguments());
          }
        }
      }
      case Message.ToolResult result -> node.put("tool_name", result.name());
    }
    return node;
  }

  private static void putTools(ArrayNode told, List<Tool> tools) {
    for (Tool tool : tools) {
      ObjectNode function = told.addObject().put("type", "function").putObject("function");
      function.put("name", tool.name()).put("description", tool.description());
      function.set("parameters", tool.parameters());
    }
  }

  private static void putFormat(ObjectNode body, OutputFormat format) {
    switch (format) {
      case OutputFormat.Free free -> {}
      case OutputFormat.JsonObject object -> body.put("format", "json");
      case OutputFormat.JsonSchema schema -> body.set("format", schema.schema());
      case OutputFormat.Regex regex -> throw unsupported("cannot hold an answer to an expression");
      case OutputFormat.Choice choice -> throw unsupported("cannot hold an answer to a choice");
    }
  }

  private static void putOptions(ObjectNode options, ChatRequest request) {
    request
        .sampling()
        .values()
        .forEach((parameter, value) -> OpenAiRequest.put(options, name(parameter), value));
    request.sampling().seed().ifPresent(seed -> options.put("seed", seed));
    request.ending().maxTokens().ifPresent(most -> options.put("num_predict", most));
    if (!request.ending().stop().isEmpty()) {
      ArrayNode stops = options.putArray("stop");
      request.ending().stop().forEach(stops::add);
    }
  }

  private static String name(SamplingParameter parameter) {
    return switch (parameter) {
      case REPETITION_PENALTY -> "repeat_penalty";
      case REPETITION_WINDOW -> "repeat_last_n";
      case TEMPERATURE, TOP_K, TOP_P, MIN_P, TYPICAL_P, FREQUENCY_PENALTY, PRESENCE_PENALTY ->
          parameter.key();
    };
  }
}
