package dev.freehold.agent.run;

import dev.freehold.chat.FinishReason;
import dev.freehold.chat.Message;
import dev.freehold.chat.Part;
import dev.freehold.chat.SealedThought;
import dev.freehold.chat.ToolCall;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// A model's answer, whole, as it is written into a journal.
///
/// @param sealed thoughts as a service sealed them, see [SealedThought]
/// @param backend who answered, where the backend told
/// @param promptTokens of its prompt
/// @param completionTokens of itself, thoughts included
/// @param receipt how it can be computed again, where the backend gives one
public record Answer(
    String text,
    String reasoning,
    List<SealedThought> sealed,
    List<Call> calls,
    FinishReason finish,
    String backend,
    String model,
    long promptTokens,
    long completionTokens,
    Optional<Cost> cost,
    Optional<JsonNode> receipt) {
  public Answer {
    sealed = List.copyOf(sealed);
    calls = List.copyOf(calls);
  }

  /// A call as the model wrote it.
  ///
  /// @param arguments as text: nothing says that it is JSON
  public record Call(String id, String name, String arguments) {}

  Answer withContent(String newText, List<Call> newCalls) {
    return new Answer(
        newText,
        reasoning,
        sealed,
        newCalls,
        finish,
        backend,
        model,
        promptTokens,
        completionTokens,
        cost,
        receipt);
  }

  /// An answer that there was no room for in the context.
  static Answer withoutRoom(String model) {
    return new Answer(
        "",
        "",
        List.of(),
        List.of(),
        FinishReason.CONTEXT_FULL,
        "",
        model,
        0,
        0,
        Optional.empty(),
        Optional.empty());
  }

  public Answer withCost(Optional<Cost> newCost) {
    return new Answer(
        text,
        reasoning,
        sealed,
        calls,
        finish,
        backend,
        model,
        promptTokens,
        completionTokens,
        newCost,
        receipt);
  }

  /// Whether the person stopped it before its end.
  public boolean isStopped() {
    return finish == FinishReason.CANCELLED;
  }

  /// As a turn of the conversation; arguments that are no object count as an empty one.
  public Message.Assistant asMessage() {
    List<ToolCall> asked = new ArrayList<>();
    for (Call call : calls) {
      asked.add(
          new ToolCall(
              call.id(),
              call.name(),
              CallArguments.read(call.arguments())
                  .orElseGet(JsonNodeFactory.instance::objectNode)));
    }
    List<Part> content = text.isEmpty() ? List.of() : List.of(new Part.Text(text));
    return new Message.Assistant(content, reasoning, asked, sealed);
  }

  /// As it is written down.
  public ObjectNode asJson() {
    return AnswerJson.write(this);
  }

  /// As it was written down.
  public static Answer of(JsonNode json) {
    return AnswerJson.read(json);
  }
}
