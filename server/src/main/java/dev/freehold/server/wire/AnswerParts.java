package dev.freehold.server.wire;

import dev.freehold.chat.ChatEvent;
import dev.freehold.chat.FinishReason;
import dev.freehold.chat.TokenLogprob;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Cuts the events of one answer into parts that follow one another: thinking, text, calls.
///
/// Every part that is opened is closed before the next one and before the end, unless the answer
/// breaks off inside of it.
public final class AnswerParts implements Consumer<ChatEvent> {
  /// Whoever is told of the parts while they grow.
  public interface Listener {
    /// Who gives what follows; comes before all else, and again where another goes on.
    default void served(ChatEvent.Served served) {}

    /// The prompt is being read; comes once, before all else.
    ///
    /// @param promptTokens tokens of the prompt; 0 where that is not known yet
    /// @param reusedTokens those of them that were computed before
    default void began(int promptTokens, int reusedTokens) {}

    /// A part begins, with nothing in it yet.
    default void opened(int index, AnswerPart part) {}

    /// More of a part.
    ///
    /// @param part as it was opened
    ///
    /// @param logprobs those of the tokens of `piece`, where they were asked for
    default void grew(int index, AnswerPart part, String piece, List<TokenLogprob> logprobs) {}

    /// A part ends.
    ///
    /// @param isWhole false where the answer had to end inside of it
    default void closed(int index, AnswerPart part, boolean isWhole) {}

    /// The answer is complete; not told of one that broke off or was cancelled.
    default void finished(ChatEvent.Finished finished) {}
  }

  private final Listener listener;
  private final List<AnswerPart> parts = new ArrayList<>();
  private final StringBuilder growing = new StringBuilder();
  private final List<TokenLogprob> logprobs = new ArrayList<>();
  private final List<TokenLogprob> waiting = new ArrayList<>();
  private @Nullable AnswerPart open;
  private Optional<ChatEvent.ReasoningSealed> seal = Optional.empty();
  private int openCall = -1;
  private boolean begun;
  private Optional<ChatEvent.Served> served = Optional.empty();
  private Optional<ChatEvent> end = Optional.empty();

  public AnswerParts(Listener listener) {
    this.listener = listener;
  }

  /// Parts that nobody listens to while they grow.
  public AnswerParts() {
    this(new Listener() {});
  }

  /// The parts that are closed so far.
  public List<AnswerPart> parts() {
    return List.copyOf(parts);
  }

  /// Who gave the answer, where that is told; the last one where another went on with it.
  public Optional<ChatEvent.Served> served() {
    return served;
  }

  /// The last event: [ChatEvent.Finished] or [ChatEvent.Failed]; empty while there is none.
  public Optional<ChatEvent> end() {
    return end;
  }

  @Override
  public void accept(ChatEvent event) {
    if (end.isPresent()) {
      throw new IllegalStateException("an event after the last one: " + event);
    }
    switch (event) {
      case ChatEvent.Notice notice -> {}
      case ChatEvent.Served who -> {
        served = Optional.of(who);
        listener.served(who);
      }
      case ChatEvent.PromptLogprobs prompt -> {}
      case ChatEvent.Progress progress -> begin(progress.promptTokens(), progress.reusedTokens());
      case ChatEvent.AnswerLogprob logprob -> waiting.add(logprob.token());
      case ChatEvent.ReasoningDelta delta -> {
        if (!(open instanceof AnswerPart.Reasoning)) {
          open(new AnswerPart.Reasoning(""));
        }
        waiting.clear();
        grow(delta.text());
      }
      case ChatEvent.ReasoningSealed sealed -> seal(sealed);
      case ChatEvent.TextDelta delta -> {
        if (!(open instanceof AnswerPart.Text)) {
          open(new AnswerPart.Text("", List.of()));
        }
        grow(delta.text());
      }
      case ChatEvent.CallStarted call -> {
        open(new AnswerPart.Call(call.id(), call.name(), ""));
        openCall = call.index();
      }
      case ChatEvent.CallArguments arguments -> {
        if (!(open instanceof AnswerPart.Call) || arguments.index() != openCall) {
          throw new IllegalStateException("arguments of a call that is not open: " + arguments);
        }
        waiting.clear();
        grow(arguments.json());
      }
      case ChatEvent.Finished finished -> {
        end = Optional.of(finished);
        if (finished.reason() != FinishReason.CANCELLED) {
          begin(finished.usage().promptTokens(), finished.usage().reusedTokens());
          close();
          listener.finished(finished);
        }
      }
      case ChatEvent.Failed failed -> end = Optional.of(failed);
    }
  }

  /// Ends the thinking that is open; a seal that comes alone is a part of its own.
  private void seal(ChatEvent.ReasoningSealed sealed) {
    if (sealed.isRedacted()) {
      open(new AnswerPart.Reasoning("", Optional.of(sealed)));
    } else if (!(open instanceof AnswerPart.Reasoning)) {
      open(new AnswerPart.Reasoning(""));
    }
    seal = Optional.of(sealed);
    close();
  }

  private void begin(int promptTokens, int reusedTokens) {
    if (!begun) {
      begun = true;
      listener.began(promptTokens, reusedTokens);
    }
  }

  private void open(AnswerPart part) {
    begin(0, 0);
    close();
    open = part;
    listener.opened(parts.size(), part);
  }

  private void grow(String piece) {
    AnswerPart part = open;
    if (part == null || piece.isEmpty()) {
      return;
    }
    growing.append(piece);
    List<TokenLogprob> arrived = List.copyOf(waiting);
    logprobs.addAll(arrived);
    waiting.clear();
    listener.grew(parts.size(), part, piece, arrived);
  }

  private boolean isCutOff() {
    return end.orElse(null) instanceof ChatEvent.Finished finished
        && (finished.reason() == FinishReason.MAX_TOKENS
            || finished.reason() == FinishReason.CONTEXT_FULL);
  }

  private void close() {
    AnswerPart whole =
        switch (open) {
          case null -> null;
          case AnswerPart.Reasoning part -> new AnswerPart.Reasoning(growing.toString(), seal);
          case AnswerPart.Text part -> new AnswerPart.Text(growing.toString(), logprobs);
          case AnswerPart.Call part ->
              new AnswerPart.Call(part.id(), part.name(), growing.toString());
        };
    if (whole != null) {
      listener.closed(parts.size(), whole, !isCutOff());
      parts.add(whole);
    }
    open = null;
    seal = Optional.empty();
    openCall = -1;
    growing.setLength(0);
    logprobs.clear();
  }
}
