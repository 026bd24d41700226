package dev.freehold.api;

import dev.freehold.chat.ChatEvent;
import dev.freehold.chat.ChatException;
import dev.freehold.chat.FinishReason;
import dev.freehold.chat.Message;
import dev.freehold.chat.Part;
import dev.freehold.chat.TokenLogprob;
import dev.freehold.chat.Usage;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/// A whole answer.
///
/// @param text what the model says
/// @param reasoning what it thought before; empty where it did not
/// @param calls tools that it asks to be called, in its order
/// @param end why the answer ended, what it took, and with which seed it can be had again
/// @param logprobs how likely its tokens were, where that was asked for
/// @param notices what a person should know about the answer
public record Answer(
    String text,
    String reasoning,
    List<CalledTool> calls,
    ChatEvent.Finished end,
    List<TokenLogprob> logprobs,
    List<String> notices) {
  public Answer {
    calls = List.copyOf(calls);
    logprobs = List.copyOf(logprobs);
    notices = List.copyOf(notices);
  }

  public FinishReason reason() {
    return end.reason();
  }

  public Usage usage() {
    return end.usage();
  }

  /// The text as JSON, which it is where a schema was asked for and the answer did not break off.
  ///
  /// @throws ChatException where it is none
  public JsonNode json() {
    return AnswerJson.parse(text, "the answer");
  }

  /// The turn of the conversation that this answer is. Calls are part of it where the answer ended
  /// with them; of an answer that broke off only the text is.
  public Message message() {
    boolean isWhole = reason() == FinishReason.TOOL_CALLS;
    return new Message.Assistant(
        text.isEmpty() ? List.of() : List.of(new Part.Text(text)),
        reasoning,
        isWhole ? calls.stream().map(CalledTool::toolCall).toList() : List.of());
  }

  /// Puts an answer together from its events.
  static final class Collector {
    private final StringBuilder text = new StringBuilder();
    private final StringBuilder reasoning = new StringBuilder();
    private final List<ChatEvent.CallStarted> calls = new ArrayList<>();
    private final List<StringBuilder> arguments = new ArrayList<>();
    private final List<TokenLogprob> logprobs = new ArrayList<>();
    private final List<String> notices = new ArrayList<>();
    private Optional<ChatEvent.Finished> end = Optional.empty();

    void add(ChatEvent event) {
      switch (event) {
        case ChatEvent.TextDelta delta -> text.append(delta.text());
        case ChatEvent.ReasoningDelta delta -> reasoning.append(delta.text());
        case ChatEvent.CallStarted call -> {
          calls.add(call);
          arguments.add(new StringBuilder());
        }
        case ChatEvent.CallArguments piece -> arguments.get(piece.index()).append(piece.json());
        case ChatEvent.AnswerLogprob logprob -> logprobs.add(logprob.token());
        case ChatEvent.Notice notice -> notices.add(notice.text());
        case ChatEvent.Finished finished -> end = Optional.of(finished);
        case ChatEvent.PromptLogprobs ofPrompt -> {}
        case ChatEvent.Served served -> {}
        case ChatEvent.ReasoningSealed sealed -> {}
        case ChatEvent.Progress progress -> {}
        case ChatEvent.Failed failed -> throw failed.failure();
      }
    }

    Answer answer() {
      List<CalledTool> called = new ArrayList<>();
      for (int i = 0; i < calls.size(); i++) {
        String json = arguments.get(i).toString();
        called.add(
            new CalledTool(calls.get(i).id(), calls.get(i).name(), json.isEmpty() ? "{}" : json));
      }
      return new Answer(
          text.toString(),
          reasoning.toString(),
          called,
          end.orElseThrow(() -> new IllegalStateException("the answer has no end")),
          logprobs,
          notices);
    }
  }
}
