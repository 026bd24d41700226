package dev.freehold.engine;

import dev.freehold.chat.Input;
import dev.freehold.chat.Message;
import dev.freehold.chat.Part;
import dev.freehold.chat.Tool;
import dev.freehold.chat.ToolCall;
import dev.freehold.text.Conversation;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Conversations as chat templates read them: the JSON that transformers hands to templates.
final class TemplateInput {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private TemplateInput() {}

  static Conversation of(Input.Conversation input) {
    ArrayNode messages = JSON.arrayNode();
    for (Message message : input.messages()) {
      messages.add(message(message));
    }
    Optional<JsonNode> tools =
        input.tools().isEmpty() ? Optional.empty() : Optional.of(tools(input.tools()));
    return new Conversation(messages, tools, Optional.empty(), true, input.templateOptions());
  }

  private static ObjectNode message(Message message) {
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
          node.put("tool_call_id", result.callId());
        }
        if (!result.name().isEmpty()) {
          node.put("name", result.name());
        }
      }
    }
    return node;
  }

  private static ObjectNode toolCall(ToolCall call) {
    ObjectNode node = JSON.objectNode();
    if (!call.id().isEmpty()) {
      node.put("id", call.id());
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
