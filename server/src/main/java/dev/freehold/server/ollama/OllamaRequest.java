package dev.freehold.server.ollama;

import dev.freehold.chat.Caller;
import dev.freehold.chat.ChatException;
import dev.freehold.chat.ChatRequest;
import dev.freehold.chat.Input;
import dev.freehold.chat.Message;
import dev.freehold.chat.Output;
import dev.freehold.chat.Part;
import dev.freehold.chat.Tool;
import dev.freehold.chat.ToolCall;
import dev.freehold.server.Fields;
import dev.freehold.server.wire.Named;
import dev.freehold.server.wire.Receipts;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;

/// A request of `/api/chat` or `/api/generate` as the chat module says it.
///
/// @param model the name under which the model is asked
/// @param chat empty where the model is only loaded or dropped
/// @param keepAlive negative for ever, empty where nothing is said
/// @param wantsThinking whether the request demands that the model thinks
record OllamaRequest(
    String model,
    Optional<ChatRequest> chat,
    boolean stream,
    Optional<Duration> keepAlive,
    boolean wantsThinking) {
  private static final int MAX_MESSAGES = 100_000;
  private static final int MAX_TOOLS = 1_000;
  private static final int MAX_IMAGES = 1_000;

  /// How the base64 of image formats begins.
  private static final Map<String, String> IMAGE_STARTS =
      Map.of(
          "iVBORw0KGgo", "image/png",
          "/9j/", "image/jpeg",
          "R0lGOD", "image/gif",
          "UklGR", "image/webp");

  private static final JsonMapper MAPPER = JsonMapper.shared();

  /// The request in the body of `POST /api/chat`; without messages it loads or drops the model.
  ///
  /// @throws ChatException where it is not as it must be
  static OllamaRequest chat(Fields body, Caller caller) {
    GenerationOptions options = new GenerationOptions(body);
    List<Message> messages = new ArrayList<>();
    for (Fields message : body.objects("messages", MAX_MESSAGES)) {
      messages.add(message(message));
    }
    List<Tool> tools = new ArrayList<>();
    for (Fields tool : body.objects("tools", MAX_TOOLS)) {
      tools.add(tool(tool));
    }
    Optional<Input> input =
        messages.isEmpty()
            ? Optional.empty()
            : Optional.of(
                new Input.Conversation(messages, tools, options.thinking().templateOptions()));
    return of(body, options, input, options.output(), caller);
  }

  /// The request in the body of `POST /api/generate`; without a prompt it loads or drops the model.
  ///
  /// @throws ChatException where it is not as it must be
  static OllamaRequest generate(Fields body, Caller caller) {
    GenerationOptions options = new GenerationOptions(body);
    String prompt = body.string("prompt", "");
    String system = body.string("system", "");
    boolean raw = body.bool("raw", false);
    refuseText(body, "suffix", "the models served here complete at the end only");
    refuseText(body, "template", "the model's own template is used; send raw: true with a prompt");
    if (!body.array("context", Integer.MAX_VALUE).isEmpty()) {
      throw new ChatException(
          body.at("context"), "is not supported; send the conversation to /api/chat");
    }
    if (raw && !system.isEmpty()) {
      throw new ChatException(body.at("system"), "a raw prompt has no system message");
    }
    Optional<Input> input = Optional.empty();
    if (!prompt.isEmpty()) {
      List<Message> messages = new ArrayList<>();
      if (!system.isEmpty()) {
        messages.add(Message.system(system));
      }
      List<Part> said = new ArrayList<>();
      said.add(new Part.Text(prompt));
      said.addAll(images(body));
      messages.add(new Message.User(said));
      input =
          Optional.of(
              raw
                  ? new Input.Text(prompt)
                  : new Input.Conversation(
                      messages, List.of(), options.thinking().templateOptions()));
    }
    Output told = options.output();
    Output output =
        raw ? Output.AS_WRITTEN.withFormat(told.format()).withLogprobs(told.logprobs()) : told;
    return of(body, options, input, output, caller);
  }

  private static OllamaRequest of(
      Fields body, GenerationOptions options, Optional<Input> input, Output output, Caller caller) {
    String model = model(body);
    Output told = Receipts.asked(body, output);
    return new OllamaRequest(
        model,
        input.map(what ->
            new ChatRequest(model, what, options.sampling(), options.ending(), told, caller)),
        body.bool("stream", true),
        KeepAlive.read(body),
        options.thinking().wanted().orElse(false));
  }

  /// The model's name, in `model` or, as it was called before, in `name`.
  static String model(Fields body) {
    String model = body.string("model").or(() -> body.string("name")).orElse("");
    if (model.isEmpty()) {
      throw new ChatException(body.at("model"), "is missing; name a model of /api/tags");
    }
    return model;
  }

  private static void refuseText(Fields body, String field, String reason) {
    if (!body.string(field, "").isEmpty()) {
      throw new ChatException(body.at(field), "is not supported; " + reason);
    }
  }

  private static List<Part> images(Fields holder) {
    List<Part> images = new ArrayList<>();
    for (JsonNode image : holder.array("images", MAX_IMAGES)) {
      String base64 = image.stringValue("");
      String mediaType =
          IMAGE_STARTS.entrySet().stream()
              .filter(start -> base64.startsWith(start.getKey()))
              .map(Map.Entry::getValue)
              .findFirst()
              .orElseThrow(() ->
                  new ChatException(
                      holder.at("images"), "expected images in base64: PNG, JPEG, GIF or WebP"));
      images.add(Named.as(holder, "images", "image", () -> Part.Image.of(mediaType, base64)));
    }
    return images;
  }

  private static Message message(Fields message) {
    String role = message.requiredString("role").toLowerCase(Locale.ROOT);
    List<Part> content = new ArrayList<>();
    content.add(new Part.Text(message.string("content", "")));
    content.addAll(images(message));
    return switch (role) {
      case "system" -> new Message.System(content);
      case "developer" -> new Message.Developer(content);
      case "user" -> new Message.User(content);
      case "assistant" -> {
        List<ToolCall> calls = new ArrayList<>();
        for (Fields call : message.objects("tool_calls", MAX_TOOLS)) {
          calls.add(call(call));
        }
        yield new Message.Assistant(content, message.string("thinking", ""), calls);
      }
      case "tool" ->
          new Message.ToolResult(
              content, message.string("tool_call_id", ""), message.string("tool_name", ""));
      default ->
          throw new ChatException(
              message.at("role"),
              "expected system, user, assistant or tool, found "
                  + Fields.shown(message.required("role")));
    };
  }

  private static ToolCall call(Fields call) {
    Fields function =
        call.object("function")
            .orElseThrow(() -> new ChatException(call.at("function"), "is missing"));
    String name = function.requiredString("name");
    JsonNode arguments =
        function.value("arguments").orElseGet(JsonNodeFactory.instance::objectNode);
    JsonNode read = arguments.isString() ? parsed(arguments.stringValue()) : arguments;
    return Named.as(
        function,
        "name",
        "tool_calls.name",
        () ->
            Named.as(
                function,
                "arguments",
                "tool_calls.arguments",
                () -> new ToolCall(call.string("id", ""), name, read)));
  }

  /// Arguments that were sent as OpenAI's dialect has them, in a string.
  private static JsonNode parsed(String text) {
    try {
      return MAPPER.readTree(text);
    } catch (JacksonException e) {
      return JsonNodeFactory.instance.missingNode();
    }
  }

  private static Tool tool(Fields tool) {
    if (!tool.string("type", "function").equals("function")) {
      throw new ChatException(tool.at("type"), "expected function");
    }
    Fields function =
        tool.object("function")
            .orElseThrow(() -> new ChatException(tool.at("function"), "is missing"));
    String name = function.requiredString("name");
    JsonNode parameters =
        function.value("parameters").orElseGet(JsonNodeFactory.instance::objectNode);
    return Named.as(
        function,
        "name",
        "tools.name",
        () ->
            Named.as(
                function,
                "parameters",
                "tools.parameters",
                () -> new Tool(name, function.string("description", ""), parameters)));
  }
}
