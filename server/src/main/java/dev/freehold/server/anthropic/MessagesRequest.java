package dev.freehold.server.anthropic;

import dev.freehold.chat.Caller;
import dev.freehold.chat.ChatException;
import dev.freehold.chat.ChatRequest;
import dev.freehold.chat.Ending;
import dev.freehold.chat.Input;
import dev.freehold.chat.Message;
import dev.freehold.chat.Output;
import dev.freehold.chat.OutputFormat;
import dev.freehold.chat.Tool;
import dev.freehold.chat.ToolChoice;
import dev.freehold.server.Fields;
import dev.freehold.server.wire.Named;
import dev.freehold.server.wire.Receipts;
import dev.freehold.server.wire.SamplingFields;
import dev.freehold.server.wire.Thinking;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import tools.jackson.databind.JsonNode;

/// A request of the Messages API as the chat module says it.
///
/// Fields that only concern Anthropic's own service (`metadata`, `service_tier`, `cache_control`,
/// `context_management`, beta headers) change nothing here. What a model here cannot do, such as
/// images, or what only that service runs, such as its web search, is refused.
///
/// @param stream whether the answer is told in events
/// @param showsThinking whether thinking is told as text; otherwise the client gets it only as the
///   opaque string to hand back
public record MessagesRequest(ChatRequest chat, boolean stream, boolean showsThinking) {
  private static final int MAX_TOOLS = 1_000;
  private static final int MAX_STOPS = 64;
  private static final List<String> EFFORTS = List.of("low", "medium", "high", "xhigh", "max");

  /// The request in the body of `POST /v1/messages`.
  ///
  /// @throws ChatException where it is not as it must be
  public static MessagesRequest read(Fields body, Caller caller) {
    if (!body.has("max_tokens")) {
      throw new ChatException(body.at("max_tokens"), "is missing; say how long the answer may be");
    }
    return readAny(body, caller);
  }

  /// The request in the body of `POST /v1/messages/count_tokens`, which needs no `max_tokens`.
  ///
  /// @throws ChatException where it is not as it must be
  public static MessagesRequest readForCounting(Fields body, Caller caller) {
    return readAny(body, caller);
  }

  private static MessagesRequest readAny(Fields body, Caller caller) {
    String model = body.requiredString("model");
    refuse(body, "container", "code is not run here");
    if (!body.array("mcp_servers", MAX_TOOLS).isEmpty()) {
      throw new ChatException(
          body.at("mcp_servers"), "is not supported; let the client connect to MCP servers");
    }
    body.object("metadata").ifPresent(metadata -> metadata.string("user_id"));
    List<Tool> tools = tools(body);
    Thinking thinking = thinking(body);
    List<Message> messages = new MessagesReader().read(body);
    Input input = new Input.Conversation(messages, tools, thinking.templateOptions());
    OptionalInt maxTokens = body.integer("max_tokens", 1, Integer.MAX_VALUE);
    List<String> stops = body.strings("stop_sequences", MAX_STOPS);
    OptionalInt budget =
        body.object("thinking")
            .filter(thinks -> thinks.string("type", "").equals("enabled"))
            .map(thinks -> thinks.integer("budget_tokens", 1024, Integer.MAX_VALUE))
            .orElse(OptionalInt.empty());
    Ending ending =
        Named.as(body, "stop_sequences", "stop", () -> new Ending(stops, maxTokens, budget));
    return new MessagesRequest(
        new ChatRequest(
            model, input, SamplingFields.read(body), ending, output(body, tools), caller),
        body.bool("stream", false),
        showsThinking(body));
  }

  private static void refuse(Fields body, String field, String reason) {
    if (body.has(field)) {
      throw new ChatException(body.at(field), "is not supported; " + reason);
    }
  }

  private static boolean showsThinking(Fields body) {
    Optional<String> display =
        body.object("thinking")
            .flatMap(thinking -> thinking.oneOf("display", List.of("summarized", "omitted")));
    return display.isEmpty() || display.get().equals("summarized");
  }

  /// As the API has it, a model thinks only where it is told to.
  private static Thinking thinking(Fields body) {
    Optional<String> effort =
        body.object("output_config").flatMap(config -> config.oneOf("effort", EFFORTS));
    Optional<Fields> thinking = body.object("thinking");
    if (thinking.isEmpty()) {
      return Thinking.OFF;
    }
    String type = thinking.get().requiredString("type");
    return switch (type) {
      case "disabled" -> Thinking.OFF;
      case "enabled" -> {
        int budget =
            thinking
                .get()
                .integer("budget_tokens", 1024, Integer.MAX_VALUE)
                .orElseThrow(() ->
                    new ChatException(
                        thinking.get().at("budget_tokens"),
                        "is missing; thinking of the type enabled needs it"));
        int most = body.integer("max_tokens", 1, Integer.MAX_VALUE).orElse(Integer.MAX_VALUE);
        if (budget >= most) {
          throw new ChatException(
              thinking.get().at("budget_tokens"),
              "expected less than max_tokens, %d, found %d".formatted(most, budget));
        }
        yield effort.flatMap(Thinking::ofEffort).orElse(Thinking.ON);
      }
      case "adaptive" -> effort.flatMap(Thinking::ofEffort).orElse(Thinking.ON);
      default ->
          throw new ChatException(
              thinking.get().at("type"), "expected enabled, disabled or adaptive");
    };
  }

  private static List<Tool> tools(Fields body) {
    List<Tool> tools = new ArrayList<>();
    for (Fields tool : body.objects("tools", MAX_TOOLS)) {
      Optional<String> type = tool.string("type").filter(value -> !value.equals("custom"));
      if (type.isPresent()) {
        throw new ChatException(
            tool.at("type"),
            "tools that the service defines or runs itself are not supported, found %s; give a tool"
                    .formatted(Fields.shown(tool.required("type")))
                + " with an input_schema that the client runs");
      }
      String name = tool.requiredString("name");
      String description = tool.string("description").orElse("");
      JsonNode schema = tool.required("input_schema");
      tools.add(
          Named.as(
              tool,
              "name",
              "tools.name",
              () ->
                  Named.as(
                      tool,
                      "input_schema",
                      "tools.parameters",
                      () -> new Tool(name, description, schema))));
    }
    return tools;
  }

  private static Output output(Fields body, List<Tool> tools) {
    Optional<Fields> choice = body.object("tool_choice");
    ToolChoice toolChoice = choice.map(fields -> choice(fields, tools)).orElse(ToolChoice.AUTO);
    boolean parallel = choice.isEmpty() || !choice.get().bool("disable_parallel_tool_use", false);
    Output output = Output.FREE.withFormat(format(body)).withTools(toolChoice, parallel);
    return Receipts.asked(body, output);
  }

  private static ToolChoice choice(Fields choice, List<Tool> tools) {
    String type = choice.requiredString("type");
    return switch (type) {
      case "auto" -> ToolChoice.AUTO;
      case "none" -> new ToolChoice.None();
      case "any" -> {
        if (tools.isEmpty()) {
          throw new ChatException(choice.at("type"), "any needs at least one tool in tools");
        }
        yield new ToolChoice.Required();
      }
      case "tool" -> {
        String name = choice.requiredString("name");
        if (tools.stream().noneMatch(tool -> tool.name().equals(name))) {
          throw new ChatException(choice.at("name"), "names no tool in tools");
        }
        yield new ToolChoice.Named(name);
      }
      default -> throw new ChatException(choice.at("type"), "expected auto, any, tool or none");
    };
  }

  /// `output_config.format`, or `output_format` as it was called before.
  private static OutputFormat format(Fields body) {
    Optional<Fields> format =
        body.object("output_config")
            .flatMap(config -> config.object("format"))
            .or(() -> body.object("output_format"));
    if (format.isEmpty()) {
      return OutputFormat.FREE;
    }
    if (!format.get().requiredString("type").equals("json_schema")) {
      throw new ChatException(format.get().at("type"), "expected json_schema");
    }
    JsonNode schema = format.get().required("schema");
    return Named.as(format.get(), "schema", "schema", () -> new OutputFormat.JsonSchema(schema));
  }
}
