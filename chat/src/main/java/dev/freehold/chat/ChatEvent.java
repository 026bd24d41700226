package dev.freehold.chat;

import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/// What a backend tells while it answers; the last event is [Finished] or [Failed].
public sealed interface ChatEvent {
  /// Something about the answer that a person should know.
  record Notice(String text) implements ChatEvent {}

  /// Who gives what follows of the answer, where that is not the model that was asked for; comes
  /// before it, and again where another goes on with it.
  ///
  /// @param backend the name of the server or engine
  /// @param model as that one calls it
  /// @param request the number under which the ledger has the request; empty where there is none
  record Served(String backend, String model, String request) implements ChatEvent {
    /// Before it is written down.
    public Served(String backend, String model) {
      this(backend, model, "");
    }

    public Served withRequest(String newRequest) {
      return new Served(backend, model, newRequest);
    }
  }

  /// How far the prompt has been read.
  ///
  /// @param promptTokens tokens of the prompt
  /// @param reusedTokens those of them that were computed for an earlier request
  /// @param doneTokens those that are computed now, reused ones included
  record Progress(int promptTokens, int reusedTokens, int doneTokens) implements ChatEvent {}

  /// How likely the prompt's tokens were, from the second on; comes before the answer.
  record PromptLogprobs(List<TokenLogprob> tokens) implements ChatEvent {
    public PromptLogprobs {
      tokens = List.copyOf(tokens);
    }
  }

  /// How likely the next token of the answer was; comes before the text that it completes.
  record AnswerLogprob(TokenLogprob token) implements ChatEvent {}

  /// The next piece of what the model thinks before it answers.
  record ReasoningDelta(String text) implements ChatEvent {}

  /// The thinking that was told since the last seal is sealed by the service that gives it.
  ///
  /// @param backend whose seal it is
  /// @param isRedacted whether the service told nothing but the seal
  record ReasoningSealed(String backend, String seal, boolean isRedacted) implements ChatEvent {}

  /// The next piece of the answer: whole characters, never empty, never taken back.
  record TextDelta(String text) implements ChatEvent {}

  /// The model begins to call a tool.
  ///
  /// @param index of the call among those of this answer, from 0 on
  /// @param id what the tool's result refers to
  record CallStarted(int index, String id, String name) implements ChatEvent {}

  /// The next piece of a call's arguments; the pieces of a call join to one JSON object.
  record CallArguments(int index, String json) implements ChatEvent {}

  /// The answer is complete.
  ///
  /// @param stop the stop string that ended it; empty where none did
  /// @param receipt how it can be computed again, where that was asked for
  record Finished(FinishReason reason, Usage usage, String stop, Optional<JsonNode> receipt)
      implements ChatEvent {
    public Finished(FinishReason reason, Usage usage, String stop) {
      this(reason, usage, stop, Optional.empty());
    }

    public Finished(FinishReason reason, Usage usage) {
      this(reason, usage, "");
    }

    public Finished withReceipt(JsonNode newReceipt) {
      return new Finished(reason, usage, stop, Optional.of(newReceipt));
    }
  }

  /// The answer broke off.
  record Failed(ChatException failure) implements ChatEvent {}
}
