package dev.freehold.server.wire;

import dev.freehold.chat.TokenLogprob;
import java.util.List;

/// A piece of an answer that is of one kind.
public sealed interface AnswerPart {
  /// What the model thought.
  record Reasoning(String text) implements AnswerPart {}

  /// What the model answered.
  ///
  /// @param logprobs those of the text's tokens, where they were asked for
  record Text(String text, List<TokenLogprob> logprobs) implements AnswerPart {
    public Text {
      logprobs = List.copyOf(logprobs);
    }
  }

  /// A tool that the model wants called.
  ///
  /// @param id as the backend names the call
  /// @param arguments JSON; an object, unless the answer broke off inside of it
  record Call(String id, String name, String arguments) implements AnswerPart {}
}
