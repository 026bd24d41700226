package dev.freehold.agent.run;

import dev.freehold.chat.Input;
import dev.freehold.chat.Message;
import dev.freehold.chat.Output;
import dev.freehold.chat.OutputFormat;
import dev.freehold.chat.Part;
import dev.freehold.chat.Tool;
import dev.freehold.chat.ToolCall;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// How a model whose template knows no tools calls them: each of its answers is one small JSON
/// object, a call or the final answer, which the engine holds it to.
final class JsonForm {
  private static final String TOOL = "tool";
  private static final String ARGUMENTS = "arguments";
  private static final String ANSWER = "answer";

  private final List<Tool> tools;

  JsonForm(List<Tool> tools) {
    this.tools = tools;
  }

  /// The conversation without tools, which are told in the instructions instead.
  Input input(List<Message> messages) {
    List<Message> plain = new ArrayList<>();
    for (Message message : messages) {
      plain.add(
          switch (message) {
            case Message.System system ->
                Message.system(Part.text(system.content()) + "\n\n" + instructions());
            case Message.Assistant answer -> Message.assistant(written(answer));
            case Message.ToolResult result ->
                Message.user(
                    "Result of %s:\n%s".formatted(result.name(), Part.text(result.content())));
            case Message.Developer _, Message.User _ -> message;
          });
    }
    return new Input.Conversation(joined(plain), List.of(), Map.of());
  }

  /// One message of the person where several follow one another: templates want turns.
  private static List<Message> joined(List<Message> messages) {
    List<Message> joined = new ArrayList<>();
    for (Message message : messages) {
      boolean follows =
          message instanceof Message.User
              && !joined.isEmpty()
              && joined.getLast() instanceof Message.User;
      if (follows) {
        String before = Part.text(joined.removeLast().content());
        joined.add(Message.user(before + "\n\n" + Part.text(message.content())));
      } else {
        joined.add(message);
      }
    }
    return joined;
  }

  private String instructions() {
    StringBuilder text = new StringBuilder();
    text.append("Answer with one JSON object and nothing else. To use a tool:\n");
    text.append("{\"tool\": \"NAME\", \"arguments\": {...}}\n");
    text.append("When the task is done: {\"answer\": \"...\"}\nTools:\n");
    for (Tool tool : tools) {
      text.append("- ").append(tool.name()).append(": ").append(tool.description());
      text.append(" Arguments:");
      for (Map.Entry<String, JsonNode> one : tool.parameters().path("properties").properties()) {
        text.append(" \"").append(one.getKey()).append("\" (");
        text.append(one.getValue().path("description").asString("")).append(')');
      }
      text.append('\n');
    }
    return text.toString();
  }

  private static String written(Message.Assistant answer) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    if (answer.toolCalls().isEmpty()) {
      return json.put(ANSWER, Part.text(answer.content())).toString();
    }
    ToolCall call = answer.toolCalls().getFirst();
    json.put(TOOL, call.name()).set(ARGUMENTS, call.arguments());
    return json.toString();
  }

  /// What an answer may be.
  Output output() {
    ObjectNode schema = JsonNodeFactory.instance.objectNode();
    ArrayNode forms = schema.putArray("anyOf");
    for (Tool tool : tools) {
      ObjectNode form = object(forms.addObject(), TOOL, ARGUMENTS);
      form.putObject(TOOL).put("const", tool.name());
      form.set(ARGUMENTS, tool.parameters());
    }
    object(forms.addObject(), ANSWER).putObject(ANSWER).put("type", "string");
    return Output.FREE.withFormat(new OutputFormat.JsonSchema(schema));
  }

  /// @return the properties, to be filled in
  private static ObjectNode object(ObjectNode schema, String... required) {
    schema.put("type", "object");
    ArrayNode names = schema.putArray("required");
    for (String name : required) {
      names.add(name);
    }
    schema.put("additionalProperties", false);
    return schema.putObject("properties");
  }

  /// An answer with the call that its text is, or the text that it gives; as it is where it is
  /// neither.
  ///
  /// @param id of the call
  static Answer read(Answer answer, String id) {
    Optional<JsonNode> json =
        answer.text().isBlank() ? Optional.empty() : CallArguments.read(answer.text().strip());
    if (json.isEmpty()) {
      return answer;
    }
    JsonNode tool = json.get().path(TOOL);
    if (tool.isString() && !tool.asString().isBlank()) {
      String arguments = json.get().path(ARGUMENTS).toString();
      return answer.withContent("", List.of(new Answer.Call(id, tool.asString(), arguments)));
    }
    JsonNode text = json.get().path(ANSWER);
    return text.isString() ? answer.withContent(text.asString(), List.of()) : answer;
  }
}
