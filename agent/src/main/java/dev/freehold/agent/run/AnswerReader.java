package dev.freehold.agent.run;

import dev.freehold.chat.Cancellation;
import dev.freehold.chat.ChatEvent;
import dev.freehold.chat.ChatException;
import dev.freehold.chat.SealedThought;
import dev.freehold.chat.Usage;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Joins the events of an answer, as far as there is room for them.
final class AnswerReader implements Consumer<ChatEvent> {
  private static final int MOST_TEXT = 4 << 20;
  private static final int MOST_CALLS = 64;

  private final RunListener listener;
  private final Cancellation cancellation;
  private final StringBuilder text = new StringBuilder();
  private final StringBuilder reasoning = new StringBuilder();
  private final List<SealedThought> sealed = new ArrayList<>();
  private final List<OpenCall> calls = new ArrayList<>();
  private int unsealedFrom;
  private long length;
  private String backend = "";
  private String model;
  private ChatEvent.@Nullable Finished finished;
  private @Nullable ChatException failure;
  private boolean isTooLong;

  /// A call whose arguments are still coming.
  private record OpenCall(int index, String id, String name, StringBuilder arguments) {}

  /// @param cancellation of this answer alone: it is set where the answer is too long
  AnswerReader(String model, RunListener listener, Cancellation cancellation) {
    this.model = model;
    this.listener = listener;
    this.cancellation = cancellation;
  }

  @Override
  public void accept(ChatEvent event) {
    switch (event) {
      case ChatEvent.TextDelta delta -> {
        if (hasRoomFor(delta.text().length())) {
          text.append(delta.text());
          listener.text(delta.text());
        }
      }
      case ChatEvent.ReasoningDelta delta -> {
        if (hasRoomFor(delta.text().length())) {
          reasoning.append(delta.text());
          listener.reasoning(delta.text());
        }
      }
      case ChatEvent.ReasoningSealed seal -> {
        if (hasRoomFor(seal.seal().length())) {
          seal(seal);
        }
      }
      case ChatEvent.CallStarted call -> {
        if (hasRoomFor(call.name().length() + call.id().length()) && calls.size() < MOST_CALLS) {
          // A call without a name is answered as one of a tool that is not there.
          String name = call.name().isBlank() ? "?" : call.name();
          calls.add(new OpenCall(call.index(), call.id(), name, new StringBuilder()));
        } else {
          tooLong();
        }
      }
      case ChatEvent.CallArguments piece -> {
        if (hasRoomFor(piece.json().length())) {
          append(piece);
        }
      }
      case ChatEvent.Served served -> {
        backend = served.backend();
        model = served.model();
      }
      case ChatEvent.Notice notice -> listener.notice(notice.text());
      case ChatEvent.Finished end -> finished = end;
      case ChatEvent.Failed failed -> failure = failed.failure();
      case ChatEvent.Progress _, ChatEvent.PromptLogprobs _, ChatEvent.AnswerLogprob _ -> {}
    }
  }

  private void seal(ChatEvent.ReasoningSealed seal) {
    String thought = seal.isRedacted() ? "" : reasoning.substring(unsealedFrom);
    unsealedFrom = reasoning.length();
    int position = (text.isEmpty() ? 0 : 1) + calls.size();
    sealed.add(
        new SealedThought(seal.backend(), thought, seal.seal(), seal.isRedacted(), position));
  }

  private void append(ChatEvent.CallArguments piece) {
    for (OpenCall call : calls) {
      if (call.index() == piece.index()) {
        call.arguments().append(piece.json());
      }
    }
  }

  private boolean hasRoomFor(int characters) {
    length += characters;
    if (length > MOST_TEXT) {
      tooLong();
    }
    return !isTooLong;
  }

  private void tooLong() {
    isTooLong = true;
    cancellation.cancel();
  }

  /// What the answer took, after the last event.
  Usage usage() {
    return Objects.requireNonNull(finished).usage();
  }

  /// The answer, after the last event.
  ///
  /// @throws ChatException where it broke off
  Answer answer() {
    if (isTooLong) {
      throw new ChatException(
          ChatException.Kind.FAILED,
          "",
          "the answer has more than %,d characters or %d calls".formatted(MOST_TEXT, MOST_CALLS));
    }
    if (failure != null) {
      throw failure;
    }
    if (finished == null) {
      throw new ChatException(
          ChatException.Kind.FAILED, "", "the backend returned before the answer ended");
    }
    return new Answer(
        text.toString(),
        reasoning.toString(),
        sealed,
        calls.stream()
            .map(call -> new Answer.Call(call.id(), call.name(), call.arguments().toString()))
            .toList(),
        finished.reason(),
        backend,
        model,
        finished.usage().promptTokens(),
        finished.usage().completionTokens(),
        Optional.empty(),
        finished.receipt());
  }
}
