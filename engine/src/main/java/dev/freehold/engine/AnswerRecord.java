package dev.freehold.engine;

import dev.freehold.chat.ChatEvent;
import dev.freehold.engine.receipt.Receipt;
import dev.freehold.tensor.Sha256;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;

/// What receipts say of an answer, from its events.
final class AnswerRecord {
  private final MessageDigest text = Sha256.begin();
  private final MessageDigest reasoning = Sha256.begin();
  private final List<ChatEvent.CallStarted> calls = new ArrayList<>();
  private final List<MessageDigest> arguments = new ArrayList<>();

  /// Takes the next event.
  void add(ChatEvent event) {
    switch (event) {
      case ChatEvent.TextDelta delta -> add(text, delta.text());
      case ChatEvent.ReasoningDelta delta -> add(reasoning, delta.text());
      case ChatEvent.CallStarted call -> {
        calls.add(call);
        arguments.add(Sha256.begin());
      }
      case ChatEvent.CallArguments piece -> add(arguments.get(piece.index()), piece.json());
      case ChatEvent.Finished _,
          ChatEvent.Notice _,
          ChatEvent.Served _,
          ChatEvent.ReasoningSealed _,
          ChatEvent.Progress _,
          ChatEvent.PromptLogprobs _,
          ChatEvent.AnswerLogprob _,
          ChatEvent.Failed _ -> {}
    }
  }

  private static void add(MessageDigest digest, String piece) {
    digest.update(piece.getBytes(StandardCharsets.UTF_8));
  }

  /// The whole answer; comes after all events.
  Receipt.Answer answer(List<Integer> tokens, ChatEvent.Finished finished) {
    List<Receipt.Call> told = new ArrayList<>();
    for (int i = 0; i < calls.size(); i++) {
      ChatEvent.CallStarted call = calls.get(i);
      told.add(new Receipt.Call(call.id(), call.name(), Sha256.finish(arguments.get(i))));
    }
    return new Receipt.Answer(
        tokens,
        Sha256.finish(text),
        Sha256.finish(reasoning),
        told,
        finished.reason(),
        finished.stop(),
        finished.usage().reasoningTokens());
  }
}
