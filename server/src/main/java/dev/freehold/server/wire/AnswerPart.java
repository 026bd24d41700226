package dev.freehold.server.wire;

import dev.freehold.chat.ChatEvent;
import dev.freehold.chat.TokenLogprob;
import java.util.List;
import java.util.Optional;

/// A piece of an answer that is of one kind.
public sealed interface AnswerPart {
  /// What the model thought.
  ///
  /// @param seal of the service that gave it, where it sealed it; from the begin of the part where
  ///   that is all it told
  record Reasoning(String text, Optional<ChatEvent.ReasoningSealed> seal) implements AnswerPart {
    public Reasoning(String text) {
      this(text, Optional.empty());
    }

    /// Whether there is a seal and nothing else.
    public boolean isRedacted() {
      return seal.map(ChatEvent.ReasoningSealed::isRedacted).orElse(false);
    }
  }

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
