package dev.freehold.agent.choice;

import dev.freehold.chat.ChatEvent;
import dev.freehold.chat.ChatException;
import dev.freehold.chat.TokenLogprob;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Reads an answer of one letter, and how likely its token was.
final class LetterReader implements Consumer<ChatEvent> {
  private static final int MOST_TEXT = 256;

  private final StringBuilder text = new StringBuilder();
  private @Nullable TokenLogprob letter;
  private @Nullable ChatException failure;
  private String servedBy = "";

  @Override
  public void accept(ChatEvent event) {
    switch (event) {
      case ChatEvent.TextDelta delta -> {
        if (text.length() < MOST_TEXT) {
          text.append(delta.text(), 0, Math.min(delta.text().length(), MOST_TEXT));
        }
      }
      case ChatEvent.AnswerLogprob told -> keep(told.token());
      case ChatEvent.ReasoningDelta _ -> letter = null;
      case ChatEvent.Served served -> servedBy = served.backend() + "/" + served.model();
      case ChatEvent.Failed failed -> failure = failed.failure();
      case ChatEvent.Finished _,
          ChatEvent.CallArguments _,
          ChatEvent.CallStarted _,
          ChatEvent.Notice _,
          ChatEvent.Progress _,
          ChatEvent.PromptLogprobs _,
          ChatEvent.ReasoningSealed _ -> {}
    }
  }

  /// The first token since the model stopped thinking that is more than white space.
  private void keep(TokenLogprob token) {
    if (letter == null && !token.chosen().text().isBlank()) {
      letter = token;
    }
  }

  /// @throws ChatException where the answer broke off
  String answer() {
    if (failure != null) {
      throw failure;
    }
    return text.toString().strip();
  }

  /// The token that the answer begins with; nothing where none was told, or it is another than the
  /// answer says.
  Optional<TokenLogprob> letter() {
    return Optional.ofNullable(letter)
        .filter(token -> answer().startsWith(token.chosen().text().strip()));
  }

  String servedBy() {
    return servedBy;
  }
}
