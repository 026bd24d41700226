package dev.freehold.eval;

import dev.freehold.chat.Cancellation;
import dev.freehold.chat.ChatEvent;
import dev.freehold.chat.ChatException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// Joins the events of an answer, as far as there is room for them.
final class AnswerCollector implements Consumer<ChatEvent> {
  private static final int MOST_TEXT = 1 << 20;
  private static final int MOST_CALLS = 256;

  /// A call whose arguments are still coming.
  private record OpenCall(int index, String name, StringBuilder arguments) {}

  private final long start;
  private final LongSupplier nanos;
  private final Cancellation cancellation;
  private final StringBuilder text = new StringBuilder();
  private final List<OpenCall> calls = new ArrayList<>();
  private long length;
  private Optional<Duration> first = Optional.empty();
  private ChatEvent.@Nullable Finished finished;
  private @Nullable ChatException failure;
  private boolean isTooLong;

  AnswerCollector(long start, LongSupplier nanos, Cancellation cancellation) {
    this.start = start;
    this.nanos = nanos;
    this.cancellation = cancellation;
  }

  @Override
  public void accept(ChatEvent event) {
    switch (event) {
      case ChatEvent.TextDelta delta -> {
        if (hasRoomFor(delta.text())) {
          text.append(delta.text());
        }
      }
      case ChatEvent.CallStarted call -> {
        if (hasRoomFor(call.name()) && calls.size() < MOST_CALLS) {
          calls.add(new OpenCall(call.index(), call.name(), new StringBuilder()));
        } else {
          tooLong();
        }
      }
      case ChatEvent.CallArguments piece -> {
        if (hasRoomFor(piece.json())) {
          append(piece);
        }
      }
      case ChatEvent.Finished end -> finished = end;
      case ChatEvent.Failed failed -> failure = failed.failure();
      case ChatEvent.Notice _,
          ChatEvent.ReasoningSealed _,
          ChatEvent.Served _,
          ChatEvent.Progress _,
          ChatEvent.PromptLogprobs _,
          ChatEvent.AnswerLogprob _,
          ChatEvent.ReasoningDelta _ -> {}
    }
  }

  private void append(ChatEvent.CallArguments piece) {
    for (OpenCall call : calls) {
      if (call.index() == piece.index()) {
        call.arguments().append(piece.json());
      }
    }
  }

  private boolean hasRoomFor(String piece) {
    if (first.isEmpty()) {
      first = Optional.of(wall());
    }
    length += piece.length();
    if (length > MOST_TEXT) {
      tooLong();
      return false;
    }
    return true;
  }

  private void tooLong() {
    isTooLong = true;
    cancellation.cancel();
  }

  Duration wall() {
    return Duration.ofNanos(nanos.getAsLong() - start);
  }

  /// The answer, after the last event.
  Answer answer() {
    if (isTooLong) {
      return broken(
          "the answer has more than %,d characters or %d calls".formatted(MOST_TEXT, MOST_CALLS));
    }
    if (failure != null) {
      return new Answer.Broken(
          String.valueOf(failure.getMessage()),
          failure.kind() == ChatException.Kind.NOT_SUPPORTED,
          wall());
    }
    if (finished == null) {
      return broken("the backend returned before the answer ended");
    }
    List<Reply.Call> whole =
        calls.stream()
            .map(call -> new Reply.Call(call.name(), call.arguments().toString()))
            .toList();
    return new Answer.Whole(
        new Reply(text.toString(), whole, finished.reason()), finished.usage(), wall(), first);
  }

  private Answer broken(String reason) {
    return new Answer.Broken(reason, false, wall());
  }
}
