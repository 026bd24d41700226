package dev.freehold.engine;

import dev.freehold.chat.Input;
import dev.freehold.chat.Message;
import dev.freehold.chat.Part;
import dev.freehold.chat.Tool;
import dev.freehold.chat.ToolCall;
import dev.freehold.text.Conversation;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Conversations as chat templates read them: the JSON that transformers hands to templates.
///
/// Developers' messages are told as system messages to templates that do not know that role, and
/// joined to a system message before them: templates leave out messages of roles that they do not
/// know, and many take one system message only. Calls have ids of nine digits where the template
/// demands that length, whatever ids the client uses.
final class TemplateInput {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
  private static final int DEMANDED_LENGTH = 9;

  private final boolean knowsDevelopers;
  private final boolean demandsLength;
  private final Map<String, String> ids = new HashMap<>();

  private TemplateInput(String template) {
    this.knowsDevelopers = template.contains("developer");
    this.demandsLength = template.contains("length != 9");
  }

  /// @param template the source of the template that will read it
  static Conversation of(Input.Conversation input, String template) {
    TemplateInput shape = new TemplateInput(template);
    ArrayNode messages = JSON.arrayNode();
    for (Message message : input.messages()) {
      shape.add(messages, message);
    }
    Optional<JsonNode> tools =
        input.tools().isEmpty() ? Optional.empty() : Optional.of(tools(input.tools()));
    boolean isAnswered = Prefill.of(input).isEmpty();
    return new Conversation(messages, tools, Optional.empty(), isAnswered, input.templateOptions());
  }

  private void add(ArrayNode messages, Message message) {
    boolean isTold = message instanceof Message.Developer && !knowsDevelopers;
    ObjectNode node = message(message);
    if (isTold) {
      node.put("role", "system");
      if (!messages.isEmpty()
          && messages.get(messages.size() - 1) instanceof ObjectNode before
          && before.path("role").stringValue("").equals("system")) {
        before.put(
            "content",
            before.path("content").stringValue("") + "\n\n" + Part.text(message.content()));
        return;
      }
    }
    messages.add(node);
  }

  /// A call's id as the template takes it: the same one for the same id.
  private String id(String id) {
    return demandsLength && id.length() != DEMANDED_LENGTH
        ? ids.computeIfAbsent(id, unseen -> "%09d".formatted(ids.size()))
        : id;
  }

  private ObjectNode message(Message message) {
    ObjectNode node = JSON.objectNode();
    node.put("role", message.role());
    node.put("content", Part.text(message.content()));
    switch (message) {
      case Message.System system -> {}
      case Message.Developer developer -> {}
      case Message.User user -> {}
      case Message.Assistant assistant -> {
        if (!assistant.reasoning().isEmpty()) {
          node.put("reasoning_content", assistant.reasoning());
        }
        if (!assistant.toolCalls().isEmpty()) {
          ArrayNode calls = node.putArray("tool_calls");
          assistant.toolCalls().forEach(call -> calls.add(toolCall(call)));
        }
      }
      case Message.ToolResult result -> {
        if (!result.callId().isEmpty()) {
          node.put("tool_call_id", id(result.callId()));
        }
        if (!result.name().isEmpty()) {
          node.put("name", result.name());
        }
      }
    }
    return node;
  }

  private ObjectNode toolCall(ToolCall call) {
    ObjectNode node = JSON.objectNode();
    if (!call.id().isEmpty()) {
      node.put("id", id(call.id()));
    }
    node.put("type", "function");
    node.putObject("function").put("name", call.name()).set("arguments", call.arguments());
    return node;
  }

  private static ArrayNode tools(Iterable<Tool> tools) {
    ArrayNode nodes = JSON.arrayNode();
    for (Tool tool : tools) {
      ObjectNode function = nodes.addObject().put("type", "function").putObject("function");
      function.put("name", tool.name());
      function.put("description", tool.description());
      function.set("parameters", tool.parameters());
    }
    return nodes;
  }
}
