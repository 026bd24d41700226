package dev.freehold.gateway.ledger;

import dev.freehold.chat.ChatEvent;
import dev.freehold.chat.ChatRequest;
import dev.freehold.chat.FinishReason;
import dev.freehold.gateway.upstream.ChatForm;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// What is said in one request, gathered as the client is told of it. What the model thinks aloud
/// is not kept.
final class Transcript {
  /// Characters of a request and its answer; what is longer is not kept.
  static final int MOST_CHARACTERS = 2 << 20;

  private final ChatRequest request;
  private final StringBuilder text = new StringBuilder();
  private final Map<Integer, Call> calls = new LinkedHashMap<>();
  private long characters;
  private String finish = "";

  /// A call of a tool, whose arguments come in pieces.
  private record Call(String id, String name, StringBuilder arguments) {}

  Transcript(ChatRequest request) {
    this.request = request;
  }

  void told(ChatEvent event) {
    switch (event) {
      case ChatEvent.TextDelta delta -> add(text, delta.text());
      case ChatEvent.CallStarted call ->
          calls.put(call.index(), new Call(call.id(), call.name(), new StringBuilder()));
      case ChatEvent.CallArguments piece -> {
        Call call = calls.get(piece.index());
        if (call != null) {
          add(call.arguments(), piece.json());
        }
      }
      case ChatEvent.Notice _,
          ChatEvent.Served _,
          ChatEvent.Progress _,
          ChatEvent.PromptLogprobs _,
          ChatEvent.AnswerLogprob _,
          ChatEvent.ReasoningDelta _,
          ChatEvent.ReasoningSealed _,
          ChatEvent.Finished _,
          ChatEvent.Failed _ -> {}
    }
  }

  private void add(StringBuilder to, String piece) {
    characters += piece.length();
    if (characters <= MOST_CHARACTERS) {
      to.append(piece);
    }
  }

  void ending(FinishReason reason) {
    finish = ChatForm.of(reason);
  }

  /// The whole; empty where it has no form to be asked again in, or is too long.
  Optional<Settlement.Exchange> exchange() {
    if (characters > MOST_CHARACTERS) {
      return Optional.empty();
    }
    ObjectNode message = JsonNodeFactory.instance.objectNode().put("role", "assistant");
    message.put("content", text.toString());
    if (!calls.isEmpty()) {
      ArrayNode told = message.putArray("tool_calls");
      for (Call call : calls.values()) {
        told.addObject()
            .put("id", call.id())
            .put("type", "function")
            .putObject("function")
            .put("name", call.name())
            .put("arguments", call.arguments().toString());
      }
    }
    return ChatForm.of(request)
        .map(asked -> new Settlement.Exchange(asked.toString(), message.toString(), finish))
        .filter(all -> all.characters() <= MOST_CHARACTERS);
  }
}
