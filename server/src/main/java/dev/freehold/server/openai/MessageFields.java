package dev.freehold.server.openai;

import dev.freehold.chat.ChatException;
import dev.freehold.chat.Message;
import dev.freehold.chat.Part;
import dev.freehold.chat.ToolCall;
import dev.freehold.server.Fields;
import dev.freehold.server.wire.Named;
import dev.freehold.tensor.StrictJson;
import dev.freehold.tensor.TensorException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/// Reads the messages of a conversation.
final class MessageFields {
  private static final int MAX_MESSAGES = 20_000;
  private static final int MAX_PARTS = 10_000;
  private static final int MAX_CALLS = 1_000;

  private MessageFields() {}

  static List<Message> messages(Fields body) {
    body.required("messages");
    List<Message> messages = new ArrayList<>();
    Map<String, String> tools = new HashMap<>();
    for (Fields message : body.objects("messages", MAX_MESSAGES)) {
      Message turn = message(message, tools);
      if (turn instanceof Message.Assistant answer) {
        answer.toolCalls().forEach(call -> tools.put(call.id(), call.name()));
      }
      messages.add(turn);
    }
    return messages;
  }

  /// @param tools names of the tools that were called, by the id of the call; results need not
  ///   repeat them
  private static Message message(Fields message, Map<String, String> tools) {
    String role = message.requiredString("role");
    return switch (role) {
      case "system" -> new Message.System(content(message, true));
      case "developer" -> new Message.Developer(content(message, true));
      case "user" -> new Message.User(content(message, true));
      case "assistant" ->
          new Message.Assistant(
              content(message, false),
              message.string("reasoning_content", message.string("reasoning", "")),
              calls(message));
      case "tool", "function" -> {
        String id = message.string("tool_call_id", "");
        String name = message.string("name", tools.getOrDefault(id, ""));
        yield new Message.ToolResult(content(message, true), id, name);
      }
      default ->
          throw new ChatException(
              message.at("role"),
              "expected system, developer, user, assistant or tool, found "
                  + Fields.shown(message.required("role")));
    };
  }

  private static List<Part> content(Fields message, boolean isRequired) {
    if (!isRequired && !message.has("content")) {
      return List.of();
    }
    JsonNode content = message.required("content");
    if (content.isString()) {
      return List.of(new Part.Text(content.stringValue()));
    }
    List<Part> parts = new ArrayList<>();
    for (Fields part : message.objects("content", MAX_PARTS)) {
      parts.add(part(part));
    }
    return parts;
  }

  private static Part part(Fields part) {
    String type = part.requiredString("type");
    return switch (type) {
      case "text", "input_text", "output_text" -> new Part.Text(part.requiredString("text"));
      case "refusal" -> new Part.Text(part.requiredString("refusal"));
      case "image_url", "input_image" -> image(part);
      case "image", "input_audio", "video_url", "file" ->
          throw new ChatException(
              part.at("type"),
              "parts of type %s are not supported;".formatted(type)
                  + " send parts of type text or image_url");
      default ->
          throw new ChatException(
              part.at("type"), "expected text, found " + Fields.shown(part.required("type")));
    };
  }

  /// `"image_url": {"url": ...}`, or the URL itself as the Responses API has it.
  private static Part image(Fields part) {
    JsonNode given = part.required("image_url");
    String url =
        given.isString()
            ? given.stringValue()
            : Fields.of(given, part.at("image_url")).requiredString("url");
    return Named.as(part, "image_url", "image", () -> Part.Image.ofUrl(url));
  }

  private static List<ToolCall> calls(Fields message) {
    List<ToolCall> calls = new ArrayList<>();
    for (Fields call : message.objects("tool_calls", MAX_CALLS)) {
      Fields function = Fields.of(call.required("function"), call.at("function"));
      calls.add(
          new ToolCall(
              call.string("id", ""), function.requiredString("name"), arguments(function)));
    }
    return calls;
  }

  /// A string with a JSON object, as OpenAI has it, or the object itself.
  private static JsonNode arguments(Fields function) {
    JsonNode arguments = function.value("arguments").orElse(JsonNodeFactory.instance.objectNode());
    if (arguments.isString()) {
      String text = arguments.stringValue();
      try {
        arguments =
            text.isBlank()
                ? JsonNodeFactory.instance.objectNode()
                : StrictJson.parse(text.getBytes(StandardCharsets.UTF_8), function.at("arguments"));
      } catch (TensorException invalid) {
        throw new ChatException(function.at("arguments"), String.valueOf(invalid.getMessage()));
      }
    }
    if (!arguments.isObject()) {
      throw new ChatException(
          function.at("arguments"),
          "expected a string that holds a JSON object, found " + Fields.shown(arguments));
    }
    return arguments;
  }
}
