package dev.freehold.eval.task;

import dev.freehold.chat.ChatRequest;
import dev.freehold.chat.Ending;
import dev.freehold.chat.Input;
import dev.freehold.chat.Message;
import dev.freehold.chat.Output;
import dev.freehold.chat.OutputFormat;
import dev.freehold.chat.Part;
import dev.freehold.chat.Sampling;
import dev.freehold.chat.Tool;
import dev.freehold.chat.ToolCall;
import dev.freehold.chat.ToolChoice;
import dev.freehold.eval.record.Fields;
import dev.freehold.tensor.StrictJson;
import dev.freehold.tensor.TensorException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Reads what a backend is asked: the fields of OpenAI's chat requests that decide an answer.
final class RequestFields {
  private static final int MOST_MESSAGES = 10_000;
  private static final int MOST_PARTS = 1_000;
  private static final int MOST_TOOLS = 1_000;
  private static final int MOST_STOPS = 64;
  private static final int MOST_TOKENS = 1_000_000;

  private RequestFields() {}

  /// The request of an object's `messages`, `tools`, `tool_choice`, `response_format`, `max_tokens`
  /// and `stop`.
  static ChatRequest request(Fields fields) {
    return request(fields, messages(fields));
  }

  static ChatRequest request(Fields fields, List<Message> messages) {
    List<Tool> tools = tools(fields);
    Output output =
        Output.FREE
            .withFormat(format(fields))
            .withTools(choice(fields, tools), fields.bool("parallel_tool_calls", true));
    OptionalInt tokens = maxTokens(fields);
    return new ChatRequest(
            "",
            new Input.Conversation(messages, tools, Map.of()),
            Sampling.UNSAID,
            new Ending(fields.strings("stop", MOST_STOPS), tokens))
        .withOutput(output);
  }

  private static OptionalInt maxTokens(Fields fields) {
    Optional<Long> tokens =
        fields
            .whole("max_completion_tokens", 1, MOST_TOKENS)
            .or(() -> fields.whole("max_tokens", 1, MOST_TOKENS));
    return tokens.isPresent() ? OptionalInt.of(tokens.get().intValue()) : OptionalInt.empty();
  }

  private static List<Message> messages(Fields fields) {
    fields.required("messages");
    List<Message> messages = new ArrayList<>();
    for (Fields message : fields.objects("messages", MOST_MESSAGES)) {
      messages.add(message(message));
    }
    if (messages.isEmpty()) {
      throw fields.wrong("messages", "expected at least one message, found none");
    }
    return messages;
  }

  private static Message message(Fields message) {
    String role = message.requiredString("role");
    return switch (role) {
      case "system" -> new Message.System(content(message, true));
      case "developer" -> new Message.Developer(content(message, true));
      case "user" -> new Message.User(content(message, true));
      case "assistant" -> new Message.Assistant(content(message, false), "", calls(message));
      case "tool" ->
          new Message.ToolResult(
              content(message, true),
              message.string("tool_call_id").orElse(""),
              message.string("name").orElse(""));
      default ->
          throw message.wrong(
              "role",
              "expected system, developer, user, assistant or tool, found \"%s\"".formatted(role));
    };
  }

  private static List<Part> content(Fields message, boolean isRequired) {
    Optional<JsonNode> content = message.value("content");
    if (content.isEmpty()) {
      if (isRequired) {
        throw message.wrong("content", "is missing");
      }
      return List.of();
    }
    if (content.get().isString()) {
      return List.of(new Part.Text(content.get().stringValue()));
    }
    List<Part> parts = new ArrayList<>();
    for (Fields part : message.objects("content", MOST_PARTS)) {
      String type = part.requiredString("type");
      if (!type.equals("text")) {
        throw part.wrong("type", "expected text, found \"%s\"; tasks are text".formatted(type));
      }
      parts.add(new Part.Text(part.requiredString("text")));
    }
    return parts;
  }

  static List<ToolCall> calls(Fields message) {
    List<ToolCall> calls = new ArrayList<>();
    for (Fields call : message.objects("tool_calls", MOST_TOOLS)) {
      Fields function = call.requiredObject("function");
      calls.add(
          new ToolCall(
              call.string("id").orElse(""), function.name("name", 256), arguments(function)));
    }
    return calls;
  }

  /// An object, or a string that holds one, as OpenAI has it.
  static JsonNode arguments(Fields call) {
    JsonNode arguments = call.value("arguments").orElseGet(JsonNodeFactory.instance::objectNode);
    if (arguments.isString()) {
      byte[] text = arguments.stringValue().getBytes(StandardCharsets.UTF_8);
      try {
        arguments =
            arguments.stringValue().isBlank()
                ? JsonNodeFactory.instance.objectNode()
                : StrictJson.parse(text, "the arguments");
      } catch (TensorException wrong) {
        throw call.wrong("arguments", String.valueOf(wrong.getMessage()));
      }
    }
    if (!arguments.isObject()) {
      throw call.wrong("arguments", "expected an object, found " + arguments.getNodeType());
    }
    return arguments;
  }

  private static List<Tool> tools(Fields fields) {
    List<Tool> tools = new ArrayList<>();
    for (Fields tool : fields.objects("tools", MOST_TOOLS)) {
      tool.string("type");
      Fields function = tool.requiredObject("function");
      ObjectNode none = JsonNodeFactory.instance.objectNode().put("type", "object");
      none.putObject("properties");
      tools.add(
          new Tool(
              function.name("name", 256),
              function.string("description").orElse(""),
              function.object("parameters").map(Fields::object).orElse(none)));
    }
    return tools;
  }

  private static ToolChoice choice(Fields fields, List<Tool> tools) {
    Optional<JsonNode> choice = fields.value("tool_choice");
    if (choice.isEmpty()) {
      return ToolChoice.AUTO;
    }
    if (choice.get().isObject()) {
      String name =
          fields.requiredObject("tool_choice").requiredObject("function").requiredString("name");
      if (tools.stream().noneMatch(tool -> tool.name().equals(name))) {
        throw fields.wrong("tool_choice", "names no tool of this task");
      }
      return new ToolChoice.Named(name);
    }
    return switch (fields.requiredString("tool_choice")) {
      case "auto" -> ToolChoice.AUTO;
      case "none" -> new ToolChoice.None();
      case "required" -> new ToolChoice.Required();
      default -> throw fields.wrong("tool_choice", "expected auto, none, required or an object");
    };
  }

  private static OutputFormat format(Fields fields) {
    Optional<Fields> format = fields.object("response_format");
    if (format.isEmpty()) {
      return OutputFormat.FREE;
    }
    String type = format.get().requiredString("type");
    return switch (type) {
      case "text" -> OutputFormat.FREE;
      case "json_object" -> new OutputFormat.JsonObject();
      case "json_schema" -> {
        Fields named = format.get().object("json_schema").orElse(format.get());
        JsonNode schema = named.required("schema");
        if (!schema.isObject() && !schema.isBoolean()) {
          throw named.wrong("schema", "expected a JSON Schema, an object or a boolean");
        }
        yield new OutputFormat.JsonSchema(schema);
      }
      default ->
          throw format
              .get()
              .wrong(
                  "type",
                  "expected text, json_object or json_schema, found \"%s\"".formatted(type));
    };
  }
}
