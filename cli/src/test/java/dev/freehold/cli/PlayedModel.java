package dev.freehold.cli;

import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Answers in OpenAI's form, as a server that plays a model gives them.
final class PlayedModel {
  private PlayedModel() {}

  /// A message that says something.
  static ObjectNode says(String text) {
    return JsonNodeFactory.instance.objectNode().put("role", "assistant").put("content", text);
  }

  /// A message that calls a tool.
  ///
  /// @param arguments as JSON, with `'` for quotes
  static ObjectNode calls(String tool, String arguments) {
    ObjectNode message = JsonNodeFactory.instance.objectNode();
    message.put("role", "assistant").putNull("content");
    message
        .putArray("tool_calls")
        .addObject()
        .put("id", "c1")
        .put("type", "function")
        .putObject("function")
        .put("name", tool)
        .put("arguments", arguments.replace('\'', '"'));
    return message;
  }

  /// A whole answer.
  static ScriptedServer.Reply reply(ObjectNode message) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("id", "x").put("object", "chat.completion").put("created", 1).put("model", "played");
    ObjectNode choice = json.putArray("choices").addObject();
    choice.put("index", 0).set("message", message);
    choice.put("finish_reason", message.has("tool_calls") ? "tool_calls" : "stop");
    json.putObject("usage")
        .put("prompt_tokens", 100)
        .put("completion_tokens", 10)
        .put("total_tokens", 110);
    return new ScriptedServer.Reply(200, json.toString());
  }
}
