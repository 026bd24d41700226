package dev.freehold.gateway;

import dev.freehold.chat.ChatEvent;
import dev.freehold.gateway.failure.AttemptException;
import dev.freehold.gateway.failure.FailureClass;
import dev.freehold.gateway.upstream.HeldCalls;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// What the client of one request is told: holds back what an attempt may still take back, and
/// knows what it cannot.
///
/// Calls of tools are told when the attempt has its end; all of the answer is, where it is told
/// whole. The end itself is told by [#end].
final class Delivery {
  private static final int MAX_HELD_EVENTS = 2_000_000;

  private final Consumer<ChatEvent> client;
  private final boolean isWhole;
  private final Time time;
  private final StringBuilder text = new StringBuilder();
  private final List<ChatEvent> held = new ArrayList<>();
  private HeldCalls calls = new HeldCalls();
  private ChatEvent.@Nullable Served served;
  private ChatEvent.@Nullable Finished finished;
  private String repeated = "";
  private long characters;
  private boolean isProgressTold;
  private boolean isServedTold;
  private boolean hasLogprobs;
  private boolean hasToldCalls;
  private boolean hasTold;
  private OptionalLong firstNanos = OptionalLong.empty();

  Delivery(Consumer<ChatEvent> client, boolean isWhole, Time time) {
    this.client = client;
    this.isWhole = isWhole;
    this.time = time;
  }

  /// A new attempt begins: what was held back of the last one is forgotten.
  ///
  /// @param tellsProgress whether the client is told how far the prompt is read
  /// @param white space at the end of what was told, which the attempt was not told of and may
  ///   begin with
  void begin(boolean tellsProgress, String white) {
    held.clear();
    calls = new HeldCalls();
    served = null;
    finished = null;
    characters = 0;
    isServedTold = false;
    isProgressTold = tellsProgress && !isWhole;
    repeated = white;
    firstNanos = OptionalLong.empty();
  }

  /// An event of the attempt.
  void accept(ChatEvent event) {
    switch (event) {
      case ChatEvent.Served who -> served = who;
      case ChatEvent.Notice notice -> tell(notice);
      case ChatEvent.Progress progress -> {
        if (isProgressTold) {
          tellServed();
          tell(progress);
        }
      }
      case ChatEvent.PromptLogprobs logprobs -> content(logprobs);
      case ChatEvent.AnswerLogprob logprob -> {
        hasLogprobs = true;
        content(logprob);
      }
      case ChatEvent.ReasoningDelta delta -> content(delta);
      case ChatEvent.ReasoningSealed seal -> content(seal);
      case ChatEvent.TextDelta delta -> text(delta);
      case ChatEvent.CallStarted call -> hold(call.index(), call.id(), call.name(), "");
      case ChatEvent.CallArguments piece -> hold(piece.index(), "", "", piece.json());
      case ChatEvent.Finished end -> finished = end;
      case ChatEvent.Failed failed -> throw failed.failure();
    }
  }

  private void hold(int index, String id, String name, String arguments) {
    characters += arguments.length();
    first();
    if (!calls.add(index, id, name, arguments)) {
      throw new AttemptException(
          FailureClass.MALFORMED, "the answer calls more tools than can be, or with too much");
    }
  }

  /// Characters that came in this attempt.
  long characters() {
    return characters;
  }

  private void first() {
    if (firstNanos.isEmpty()) {
      firstNanos = OptionalLong.of(time.nanos());
    }
  }

  private void text(ChatEvent.TextDelta delta) {
    String piece = delta.text();
    int same = 0;
    while (same < piece.length()
        && same < repeated.length()
        && piece.charAt(same) == repeated.charAt(same)) {
      same++;
    }
    repeated = same == piece.length() ? repeated.substring(same) : "";
    if (same < piece.length()) {
      content(new ChatEvent.TextDelta(piece.substring(same)));
    }
  }

  private void content(ChatEvent event) {
    first();
    characters +=
        switch (event) {
          case ChatEvent.TextDelta delta -> delta.text().length();
          case ChatEvent.ReasoningDelta delta -> delta.text().length();
          default -> 0;
        };
    if (isWhole) {
      held.add(event);
      if (held.size() > MAX_HELD_EVENTS) {
        throw new AttemptException(
            FailureClass.MALFORMED, "the answer has too many pieces to be held back");
      }
    } else {
      deliver(event);
    }
  }

  private void deliver(ChatEvent event) {
    tellServed();
    if (event instanceof ChatEvent.TextDelta delta) {
      text.append(delta.text());
    }
    hasToldCalls |= event instanceof ChatEvent.CallStarted;
    tell(event);
  }

  private void tellServed() {
    if (!isServedTold && served != null) {
      isServedTold = true;
      tell(served);
    }
  }

  private void tell(ChatEvent event) {
    hasTold = true;
    client.accept(event);
  }

  /// The end of the attempt, where the answer is whole.
  ///
  /// @throws AttemptException where it is not
  ChatEvent.Finished finished() {
    if (finished == null) {
      throw new AttemptException(FailureClass.CUT, "the answer ended without its end");
    }
    boolean isCutOff =
        switch (finished.reason()) {
          case MAX_TOKENS, CONTEXT_FULL -> true;
          case END, TOOL_CALLS, STOP_STRING, REFUSED, CANCELLED -> false;
        };
    if (!isCutOff && !calls.isWhole()) {
      throw new AttemptException(
          FailureClass.CUT, "the answer ended inside of the arguments of a tool's call");
    }
    return finished;
  }

  /// Tells what was held back.
  void release() {
    List<ChatEvent> all = new ArrayList<>(held);
    held.clear();
    all.forEach(this::deliver);
    if (calls.release(this::deliver) > 0) {
      tell(new ChatEvent.Notice("a tool's call was cut off and is left out"));
    }
    tellServed();
  }

  /// Tells the one last event.
  void end(ChatEvent last) {
    client.accept(last);
  }

  /// When the first piece of this attempt came.
  OptionalLong firstNanos() {
    return firstNanos;
  }

  Optional<ChatEvent.Served> served() {
    return Optional.ofNullable(served);
  }

  /// Whether the client was told anything at all.
  boolean hasTold() {
    return hasTold;
  }

  boolean hasToldCalls() {
    return hasToldCalls;
  }

  boolean hasLogprobs() {
    return hasLogprobs;
  }

  /// The text that the client was told and that cannot be taken back.
  String text() {
    return text.toString();
  }
}
