package dev.freehold.server.openai;

import dev.freehold.chat.ChatException;
import dev.freehold.chat.ChatException.Kind;
import dev.freehold.chat.Logprobs;
import dev.freehold.chat.Output;
import dev.freehold.chat.OutputFormat;
import dev.freehold.chat.Tool;
import dev.freehold.chat.ToolChoice;
import dev.freehold.server.Fields;
import dev.freehold.server.wire.Receipts;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Reads what an answer may be: tools, structure, and of which tokens probabilities are told.
final class OutputFields {
  private static final int MAX_TOOLS = 1_000;
  private static final int MAX_NAME = 256;
  private static final int MAX_TOP_LOGPROBS = 20;
  private static final int MAX_CHOICES = 10_000;

  private OutputFields() {}

  static List<Tool> tools(Fields body) {
    for (String old : List.of("functions", "function_call")) {
      if (body.has(old)) {
        throw new ChatException(
            old, "is OpenAI's form of 2023 and not supported; send tools and tool_choice");
      }
    }
    List<Tool> tools = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (Fields tool : body.objects("tools", MAX_TOOLS)) {
      String type = tool.string("type", "function");
      if (!type.equals("function")) {
        throw new ChatException(
            tool.at("type"), "expected function, found " + Fields.shown(tool.required("type")));
      }
      Fields function = Fields.of(tool.required("function"), tool.at("function"));
      String name = function.requiredString("name");
      if (name.isEmpty() || name.length() > MAX_NAME || !names.add(name)) {
        throw new ChatException(
            function.at("name"),
            "expected 1 to %d characters and no name twice, found %s"
                .formatted(MAX_NAME, Fields.shown(function.required("name"))));
      }
      tools.add(new Tool(name, function.string("description", ""), parameters(function)));
    }
    return tools;
  }

  private static JsonNode parameters(Fields function) {
    Optional<JsonNode> parameters = function.value("parameters");
    if (parameters.isEmpty()) {
      ObjectNode none = JsonNodeFactory.instance.objectNode().put("type", "object");
      none.putObject("properties");
      return none;
    }
    return Fields.of(parameters.get(), function.at("parameters")).object();
  }

  static Output output(Fields body, List<Tool> tools) {
    Output output =
        Output.FREE
            .withFormat(format(body))
            .withTools(toolChoice(body, tools), body.bool("parallel_tool_calls", true))
            .withLogprobs(chatLogprobs(body));
    return Receipts.asked(body, output);
  }

  private static ToolChoice toolChoice(Fields body, List<Tool> tools) {
    Optional<JsonNode> choice = body.value("tool_choice");
    if (choice.isEmpty()) {
      return ToolChoice.AUTO;
    }
    if (choice.get().isString()) {
      return switch (choice.get().stringValue()) {
        case "auto" -> ToolChoice.AUTO;
        case "none" -> new ToolChoice.None();
        case "required", "any" -> {
          requireTools(tools);
          yield new ToolChoice.Required();
        }
        default ->
            throw new ChatException(
                "tool_choice",
                "expected auto, none, required or an object, found " + Fields.shown(choice.get()));
      };
    }
    Fields object = Fields.of(choice.get(), "tool_choice");
    if (!object.string("type", "function").equals("function")) {
      throw new ChatException(
          "tool_choice.type", "expected function, found " + Fields.shown(object.required("type")));
    }
    String name =
        Fields.of(object.required("function"), "tool_choice.function").requiredString("name");
    if (tools.stream().noneMatch(tool -> tool.name().equals(name))) {
      throw new ChatException(
          "tool_choice.function.name", "names no tool of this request; send it in tools");
    }
    return new ToolChoice.Named(name);
  }

  private static void requireTools(List<Tool> tools) {
    if (tools.isEmpty()) {
      throw new ChatException("tool_choice", "a tool is required, and tools holds none");
    }
  }

  /// The structure of the answer in any of the shapes of OpenAI, llama.cpp and vLLM.
  static OutputFormat format(Fields body) {
    if (body.has("grammar") || body.has("guided_grammar")) {
      throw new ChatException(
          Kind.NOT_SUPPORTED,
          body.has("grammar") ? "grammar" : "guided_grammar",
          "grammars are not supported; send response_format with a JSON Schema");
    }
    for (String name : List.of("json_schema", "guided_json")) {
      if (body.has(name)) {
        return new OutputFormat.JsonSchema(schema(body.required(name), name));
      }
    }
    if (body.has("guided_regex")) {
      return new OutputFormat.Regex(body.requiredString("guided_regex"));
    }
    if (body.has("guided_choice")) {
      return new OutputFormat.Choice(body.strings("guided_choice", MAX_CHOICES));
    }
    Optional<Fields> structured = body.object("structured_outputs");
    if (structured.isPresent()) {
      return structured(structured.get());
    }
    return body.object("response_format")
        .map(OutputFields::responseFormat)
        .orElse(OutputFormat.FREE);
  }

  private static OutputFormat structured(Fields structured) {
    if (structured.has("json")) {
      return new OutputFormat.JsonSchema(
          schema(structured.required("json"), structured.at("json")));
    }
    if (structured.has("regex")) {
      return new OutputFormat.Regex(structured.requiredString("regex"));
    }
    if (structured.has("choice")) {
      return new OutputFormat.Choice(structured.strings("choice", MAX_CHOICES));
    }
    if (structured.bool("json_object", false)) {
      return new OutputFormat.JsonObject();
    }
    throw new ChatException(
        "structured_outputs", "expected one of json, regex, choice and json_object");
  }

  private static OutputFormat responseFormat(Fields format) {
    String type = format.requiredString("type");
    return switch (type) {
      case "text" -> OutputFormat.FREE;
      case "json_object" ->
          format.has("schema")
              ? new OutputFormat.JsonSchema(schema(format.required("schema"), format.at("schema")))
              : new OutputFormat.JsonObject();
      case "json_schema" -> {
        if (format.has("schema")) {
          yield new OutputFormat.JsonSchema(schema(format.required("schema"), format.at("schema")));
        }
        Fields named = Fields.of(format.required("json_schema"), format.at("json_schema"));
        yield new OutputFormat.JsonSchema(schema(named.required("schema"), named.at("schema")));
      }
      default ->
          throw new ChatException(
              format.at("type"),
              "expected text, json_object or json_schema, found "
                  + Fields.shown(format.required("type")));
    };
  }

  private static JsonNode schema(JsonNode schema, String path) {
    if (!schema.isObject() && !schema.isBoolean()) {
      throw new ChatException(
          path, "expected a JSON Schema, an object or a boolean, found " + Fields.shown(schema));
    }
    return schema;
  }

  private static Logprobs chatLogprobs(Fields body) {
    boolean isWanted = body.bool("logprobs", false);
    int alternatives = body.integer("top_logprobs", 0, MAX_TOP_LOGPROBS, 0);
    if (!isWanted && alternatives > 0) {
      throw new ChatException("top_logprobs", "needs \"logprobs\": true");
    }
    return isWanted ? new Logprobs(true, false, alternatives) : Logprobs.NONE;
  }
}
