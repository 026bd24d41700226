package dev.freehold.api;

import dev.freehold.chat.ChatEvent;
import dev.freehold.chat.ChatException;
import dev.freehold.chat.ChatException.Kind;
import dev.freehold.chat.FinishReason;
import dev.freehold.chat.Message;
import dev.freehold.chat.Part;
import dev.freehold.chat.Tool;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import tools.jackson.databind.JsonNode;

/// A conversation that remembers its turns and runs the tools that the model asks for.
///
/// Not for several threads at the same time; several conversations with one model are.
public final class Conversation {
  private static final int MAX_ROUNDS = 16;

  private final FreeholdModel model;
  private final Map<String, Function<JsonNode, String>> tools = new LinkedHashMap<>();
  private Question question;

  Conversation(FreeholdModel model, Question beginning) {
    this.model = model;
    this.question = beginning;
  }

  /// The turns until now.
  public List<Message> messages() {
    return question.messages();
  }

  /// Lets the model have a tool called.
  ///
  /// @param description what the tool is for
  /// @param parameters the JSON Schema of its arguments, an object
  /// @param run takes the arguments, which the model wrote and nobody checked, and returns what the
  ///   model is told
  /// @return this
  /// @throws ChatException where `parameters` is no such schema
  public Conversation tool(
      String name, String description, String parameters, Function<JsonNode, String> run) {
    question = question.withTool(name, description, parameters);
    tools.put(name, run);
    return this;
  }

  /// The answer to the next turn, after all tools that the model asked for.
  ///
  /// @throws ChatException where it cannot be answered, or the model does not stop calling tools;
  ///   the conversation is then as it was before, as it is where a tool throws
  public Answer ask(String text) {
    return ask(text, event -> {});
  }

  /// The answer to the next turn, with the events of all answers on the way to it.
  ///
  /// @throws ChatException as [#ask(String)] does
  public Answer ask(String text, Consumer<ChatEvent> events) {
    Question next = question.with(Message.user(text));
    for (int round = 0; round < MAX_ROUNDS; round++) {
      Answer answer = model.stream(next, events);
      next = next.with(answer.message());
      if (answer.reason() != FinishReason.TOOL_CALLS || !runsAll(answer)) {
        question = next;
        return answer;
      }
      for (Message result : results(answer)) {
        next = next.with(result);
      }
    }
    throw new ChatException(
        Kind.FAILED,
        "",
        "the model asked for tools %d times in a row and gave no answer".formatted(MAX_ROUNDS));
  }

  /// Whether the calls are for tools of this conversation; others are the caller's.
  private boolean runsAll(Answer answer) {
    List<String> others = new ArrayList<>(question.tools().stream().map(Tool::name).toList());
    others.removeAll(tools.keySet());
    return answer.calls().stream().noneMatch(call -> others.contains(call.name()));
  }

  private List<Message> results(Answer answer) {
    List<Message> results = new ArrayList<>();
    for (CalledTool call : answer.calls()) {
      Function<JsonNode, String> tool =
          tools.getOrDefault(
              call.name(),
              arguments ->
                  "Error: there is no tool %s, only %s"
                      .formatted(call.name(), String.join(", ", tools.keySet())));
      results.add(
          new Message.ToolResult(
              List.of(new Part.Text(tool.apply(call.json()))), call.id(), call.name()));
    }
    return results;
  }
}
