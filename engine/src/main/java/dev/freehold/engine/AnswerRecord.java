package dev.freehold.engine;

import dev.freehold.chat.ChatEvent;
import dev.freehold.engine.receipt.Receipt;
import dev.freehold.engine.receipt.Sha256;
import java.util.ArrayList;
import java.util.List;

/// What receipts say of an answer, from its events.
final class AnswerRecord {
  private final Sha256 text = new Sha256();
  private final Sha256 reasoning = new Sha256();
  private final List<ChatEvent.CallStarted> calls = new ArrayList<>();
  private final List<Sha256> arguments = new ArrayList<>();

  /// Takes the next event.
  void add(ChatEvent event) {
    switch (event) {
      case ChatEvent.TextDelta delta -> text.add(delta.text());
      case ChatEvent.ReasoningDelta delta -> reasoning.add(delta.text());
      case ChatEvent.CallStarted call -> {
        calls.add(call);
        arguments.add(new Sha256());
      }
      case ChatEvent.CallArguments piece -> arguments.get(piece.index()).add(piece.json());
      case ChatEvent.Finished _,
          ChatEvent.Notice _,
          ChatEvent.Progress _,
          ChatEvent.PromptLogprobs _,
          ChatEvent.AnswerLogprob _,
          ChatEvent.Failed _ -> {}
    }
  }

  /// The whole answer; comes after all events.
  Receipt.Answer answer(List<Integer> tokens, ChatEvent.Finished finished) {
    List<Receipt.Call> told = new ArrayList<>();
    for (int i = 0; i < calls.size(); i++) {
      ChatEvent.CallStarted call = calls.get(i);
      told.add(new Receipt.Call(call.id(), call.name(), arguments.get(i).finish()));
    }
    return new Receipt.Answer(
        tokens,
        text.finish(),
        reasoning.finish(),
        told,
        finished.reason(),
        finished.stop(),
        finished.usage().reasoningTokens());
  }
}
