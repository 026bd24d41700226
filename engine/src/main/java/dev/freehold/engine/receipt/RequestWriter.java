package dev.freehold.engine.receipt;

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
import java.util.List;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Writes what of a request decides its answer.
final class RequestWriter {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private RequestWriter() {}

  static void write(ObjectNode node, ChatRequest request) {
    node.set("input", input(request.input()));
    node.set("sampling", sampling(request.sampling()));
    node.set("ending", ending(request.ending()));
    node.set("output", output(request.output()));
  }

  private static ObjectNode input(Input input) {
    ObjectNode node = JSON.objectNode();
    switch (input) {
      case Input.Tokens tokens -> node.put("kind", "tokens");
      case Input.Text text -> node.put("kind", "text").put("text", text.text());
      case Input.Conversation conversation -> {
        node.put("kind", "conversation");
        ArrayNode messages = node.putArray("messages");
        conversation.messages().forEach(message -> messages.add(message(message)));
        ArrayNode tools = node.putArray("tools");
        for (Tool tool : conversation.tools()) {
          tools
              .addObject()
              .put("name", tool.name())
              .put("description", tool.description())
              .put("parameters", tool.parameters().toString());
        }
        ObjectNode options = node.putObject("template_options");
        conversation
            .templateOptions()
            .forEach((name, value) -> options.put(name, value.toString()));
      }
    }
    return node;
  }

  private static ObjectNode message(Message message) {
    ObjectNode node = JSON.objectNode().put("role", message.role());
    node.set("content", parts(message.content()));
    switch (message) {
      case Message.System system -> {}
      case Message.Developer developer -> {}
      case Message.User user -> {}
      case Message.Assistant assistant -> {
        node.put("reasoning", assistant.reasoning());
        ArrayNode calls = node.putArray("tool_calls");
        for (ToolCall call : assistant.toolCalls()) {
          calls
              .addObject()
              .put("id", call.id())
              .put("name", call.name())
              .put("arguments", call.arguments().toString());
        }
      }
      case Message.ToolResult result ->
          node.put("call_id", result.callId()).put("name", result.name());
    }
    return node;
  }

  private static ArrayNode parts(List<Part> parts) {
    ArrayNode node = JSON.arrayNode();
    for (Part part : parts) {
      switch (part) {
        case Part.Text text -> node.add(text.text());
        case Part.Image image -> throw new IllegalArgumentException("an image has no receipt");
      }
    }
    return node;
  }

  private static ObjectNode sampling(Sampling sampling) {
    ObjectNode node = JSON.objectNode();
    for (SamplingParameter parameter : SamplingParameter.values()) {
      if (sampling.values().containsKey(parameter)) {
        node.put(parameter.key(), sampling.value(parameter, 0));
      }
    }
    ObjectNode biases = node.putObject("logit_bias");
    sampling.logitBias().forEach((id, bias) -> biases.put(id.toString(), bias.doubleValue()));
    return node.put("seed", Long.toString(sampling.seed().orElse(0L)));
  }

  private static ObjectNode ending(Ending ending) {
    ObjectNode node = JSON.objectNode();
    ArrayNode stops = node.putArray("stop");
    ending.stop().forEach(stops::add);
    ending.maxTokens().ifPresent(most -> node.put("max_tokens", most));
    ending.maxThoughtTokens().ifPresent(most -> node.put("max_thought_tokens", most));
    return node;
  }

  private static ObjectNode output(Output output) {
    ObjectNode node = JSON.objectNode();
    node.set("format", format(output.format()));
    ObjectNode choice = node.putObject("tool_choice");
    switch (output.toolChoice()) {
      case ToolChoice.Auto auto -> choice.put("kind", "auto");
      case ToolChoice.None none -> choice.put("kind", "none");
      case ToolChoice.Required required -> choice.put("kind", "required");
      case ToolChoice.Named named -> choice.put("kind", "named").put("tool", named.tool());
    }
    return node.put("parallel_calls", output.parallelCalls()).put("as_written", output.asWritten());
  }

  private static ObjectNode format(OutputFormat format) {
    ObjectNode node = JSON.objectNode();
    switch (format) {
      case OutputFormat.Free free -> node.put("kind", "free");
      case OutputFormat.JsonObject object -> node.put("kind", "json_object");
      case OutputFormat.JsonSchema schema ->
          node.put("kind", "json_schema").put("schema", schema.schema().toString());
      case OutputFormat.Regex regex -> node.put("kind", "regex").put("pattern", regex.pattern());
      case OutputFormat.Choice choice -> {
        ArrayNode texts = node.put("kind", "choice").putArray("texts");
        choice.texts().forEach(texts::add);
      }
    }
    return node;
  }
}
