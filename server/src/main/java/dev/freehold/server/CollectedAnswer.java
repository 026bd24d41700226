package dev.freehold.server;

import dev.freehold.chat.ChatEvent;
import dev.freehold.chat.FinishReason;
import dev.freehold.chat.TokenLogprob;
import dev.freehold.chat.Usage;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// An answer put together from its events.
public final class CollectedAnswer {
  /// A call of a tool.
  ///
  /// @param arguments JSON; an object, unless the answer had to end inside of it
  public record Call(String id, String name, String arguments) {}

  private final StringBuilder text = new StringBuilder();
  private final StringBuilder reasoning = new StringBuilder();
  private final List<ChatEvent.CallStarted> calls = new ArrayList<>();
  private final List<StringBuilder> arguments = new ArrayList<>();
  private final List<TokenLogprob> logprobs = new ArrayList<>();
  private List<TokenLogprob> promptLogprobs = List.of();
  private Optional<ChatEvent.Served> served = Optional.empty();
  private ChatEvent.@Nullable Finished finished;

  /// Takes the next event.
  public void add(ChatEvent event) {
    switch (event) {
      case ChatEvent.TextDelta delta -> text.append(delta.text());
      case ChatEvent.ReasoningDelta delta -> reasoning.append(delta.text());
      case ChatEvent.CallStarted call -> {
        calls.add(call);
        arguments.add(new StringBuilder());
      }
      case ChatEvent.CallArguments piece -> arguments.get(piece.index()).append(piece.json());
      case ChatEvent.AnswerLogprob logprob -> logprobs.add(logprob.token());
      case ChatEvent.PromptLogprobs logprobs -> promptLogprobs = logprobs.tokens();
      case ChatEvent.Finished end -> finished = end;
      case ChatEvent.Served who -> served = Optional.of(who);
      case ChatEvent.ReasoningSealed sealed -> {}
      case ChatEvent.Notice notice -> {}
      case ChatEvent.Progress progress -> {}
      case ChatEvent.Failed failed -> {}
    }
  }

  /// Who gave it, where that is told; the last one where another went on with it.
  public Optional<ChatEvent.Served> served() {
    return served;
  }

  public String text() {
    return text.toString();
  }

  public String reasoning() {
    return reasoning.toString();
  }

  /// The calls; those of a whole answer have arguments, none where a tool takes none.
  public List<Call> calls() {
    String none = reason() == FinishReason.TOOL_CALLS ? "{}" : "";
    List<Call> all = new ArrayList<>();
    for (int i = 0; i < calls.size(); i++) {
      String json = arguments.get(i).toString();
      all.add(new Call(calls.get(i).id(), calls.get(i).name(), json.isEmpty() ? none : json));
    }
    return all;
  }

  public List<TokenLogprob> logprobs() {
    return logprobs;
  }

  public List<TokenLogprob> promptLogprobs() {
    return promptLogprobs;
  }

  public FinishReason reason() {
    return end().reason();
  }

  public Usage usage() {
    return end().usage();
  }

  /// How the answer can be computed again, where that was asked for.
  public Optional<JsonNode> receipt() {
    return end().receipt();
  }

  private ChatEvent.Finished end() {
    if (finished == null) {
      throw new IllegalStateException("the answer has no end");
    }
    return finished;
  }
}
