package dev.freehold.engine.receipt;

import dev.freehold.chat.Caller;
import dev.freehold.chat.ChatRequest;
import dev.freehold.chat.Ending;
import dev.freehold.chat.Input;
import dev.freehold.chat.Message;
import dev.freehold.chat.Output;
import dev.freehold.chat.OutputFormat;
import dev.freehold.chat.Part;
import dev.freehold.chat.Sampling;
import dev.freehold.chat.SamplingParameter;
import dev.freehold.chat.Tool;
import dev.freehold.chat.ToolCall;
import dev.freehold.chat.ToolChoice;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import tools.jackson.databind.JsonNode;

/// Reads what [RequestWriter] writes.
final class RequestReader {
  private RequestReader() {}

  /// @param prompt the tokens that the model read
  static ChatRequest read(Members request, List<Integer> prompt) {
    Input input = input(request.object("input"), prompt);
    return new ChatRequest(
        "",
        input,
        sampling(request.object("sampling")),
        ending(request.object("ending")),
        output(request.object("output")),
        Caller.LOCAL);
  }

  private static Input input(Members input, List<Integer> prompt) {
    String kind = input.string("kind");
    Input read =
        switch (kind) {
          case "tokens" -> new Input.Tokens(prompt);
          case "text" -> new Input.Text(input.string("text"));
          case "conversation" -> conversation(input);
          default ->
              throw input.failure("kind", "expected tokens, text or conversation, found " + kind);
        };
    input.end();
    return read;
  }

  private static Input conversation(Members input) {
    List<Message> messages = new ArrayList<>();
    for (Members message : input.objects("messages")) {
      messages.add(message(message));
    }
    List<Tool> tools = new ArrayList<>();
    for (Members tool : input.objects("tools")) {
      tools.add(
          new Tool(tool.string("name"), tool.string("description"), tool.embedded("parameters")));
      tool.end();
    }
    Map<String, JsonNode> options = new LinkedHashMap<>();
    Members given = input.object("template_options");
    given.names().forEach(name -> options.put(name, given.embedded(name)));
    return new Input.Conversation(messages, tools, options);
  }

  private static Message message(Members message) {
    String role = message.string("role");
    List<Part> content = new ArrayList<>();
    message.strings("content").forEach(text -> content.add(new Part.Text(text)));
    Message read =
        switch (role) {
          case "system" -> new Message.System(content);
          case "developer" -> new Message.Developer(content);
          case "user" -> new Message.User(content);
          case "assistant" ->
              new Message.Assistant(content, message.string("reasoning"), calls(message));
          case "tool" ->
              new Message.ToolResult(content, message.string("call_id"), message.string("name"));
          default ->
              throw message.failure(
                  "role", "expected system, developer, user, assistant or tool, found " + role);
        };
    message.end();
    return read;
  }

  private static List<ToolCall> calls(Members message) {
    List<ToolCall> calls = new ArrayList<>();
    for (Members call : message.objects("tool_calls")) {
      calls.add(new ToolCall(call.string("id"), call.string("name"), call.embedded("arguments")));
      call.end();
    }
    return calls;
  }

  private static Sampling sampling(Members sampling) {
    Sampling read = Sampling.UNSAID.withSeed(number(sampling, "seed"));
    for (SamplingParameter parameter : SamplingParameter.values()) {
      if (sampling.has(parameter.key())) {
        read = read.with(parameter, sampling.number(parameter.key()));
      }
    }
    Members biases = sampling.object("logit_bias");
    Map<Integer, Float> bias = new LinkedHashMap<>();
    for (String id : biases.names()) {
      try {
        bias.put(Integer.parseInt(id), (float) biases.number(id));
      } catch (NumberFormatException e) {
        throw biases.failure(id, "expected a token id");
      }
    }
    sampling.end();
    return read.withLogitBias(bias);
  }

  private static long number(Members members, String name) {
    String text = members.string(name);
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException e) {
      throw members.failure(name, "expected a whole number of 64 bits in a string");
    }
  }

  private static Ending ending(Members ending) {
    Ending read =
        new Ending(
            ending.strings("stop"),
            bound(ending, "max_tokens"),
            bound(ending, "max_thought_tokens"));
    ending.end();
    return read;
  }

  private static OptionalInt bound(Members members, String name) {
    return members.has(name) ? OptionalInt.of(members.integer(name)) : OptionalInt.empty();
  }

  private static Output output(Members output) {
    Output read =
        (output.bool("as_written") ? Output.AS_WRITTEN : Output.FREE)
            .withFormat(format(output.object("format")))
            .withTools(choice(output.object("tool_choice")), output.bool("parallel_calls"));
    output.end();
    return read;
  }

  private static ToolChoice choice(Members choice) {
    String kind = choice.string("kind");
    ToolChoice read =
        switch (kind) {
          case "auto" -> ToolChoice.AUTO;
          case "none" -> new ToolChoice.None();
          case "required" -> new ToolChoice.Required();
          case "named" -> new ToolChoice.Named(choice.string("tool"));
          default ->
              throw choice.failure("kind", "expected auto, none, required or named, found " + kind);
        };
    choice.end();
    return read;
  }

  private static OutputFormat format(Members format) {
    String kind = format.string("kind");
    OutputFormat read =
        switch (kind) {
          case "free" -> OutputFormat.FREE;
          case "json_object" -> new OutputFormat.JsonObject();
          case "json_schema" -> new OutputFormat.JsonSchema(format.embedded("schema"));
          case "regex" -> new OutputFormat.Regex(format.string("pattern"));
          case "choice" -> new OutputFormat.Choice(format.strings("texts"));
          default ->
              throw format.failure(
                  "kind",
                  "expected free, json_object, json_schema, regex or choice, found " + kind);
        };
    format.end();
    return read;
  }
}
