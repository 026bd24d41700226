package dev.freehold.server.wire;

import dev.freehold.chat.Cancellation;
import dev.freehold.chat.ChatBackend;
import dev.freehold.chat.ChatEvent;
import dev.freehold.chat.ChatException;
import dev.freehold.chat.ChatRequest;
import dev.freehold.chat.FinishReason;
import dev.freehold.chat.TokenLogprob;
import dev.freehold.chat.Usage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Consumer;

/// A backend that answers with events written down beforehand, and keeps the last request.
public final class Script implements ChatBackend {
  private final List<ChatEvent> events = new ArrayList<>();
  private Optional<ChatRequest> asked = Optional.empty();
  private int calls;
  private int answered;

  public static Script prompt(int promptTokens, int reusedTokens) {
    Script script = new Script();
    script.events.add(new ChatEvent.Progress(promptTokens, reusedTokens, reusedTokens));
    script.events.add(new ChatEvent.Progress(promptTokens, reusedTokens, promptTokens));
    return script;
  }

  public Script thinks(String... pieces) {
    for (String piece : pieces) {
      events.add(new ChatEvent.ReasoningDelta(piece));
      answered++;
    }
    return this;
  }

  public Script tells(ChatEvent event) {
    events.add(event);
    return this;
  }

  public Script says(String... pieces) {
    for (String piece : pieces) {
      events.add(new ChatEvent.TextDelta(piece));
      answered++;
    }
    return this;
  }

  /// The next token with its probability.
  public Script token(String text, double logprob) {
    TokenLogprob.Candidate chosen =
        new TokenLogprob.Candidate(7, text, List.of((int) text.charAt(0)), logprob);
    events.add(new ChatEvent.AnswerLogprob(new TokenLogprob(chosen, List.of(chosen))));
    return says(text);
  }

  public Script calls(String name, String... pieces) {
    events.add(new ChatEvent.CallStarted(calls, "c" + calls, name));
    for (String piece : pieces) {
      events.add(new ChatEvent.CallArguments(calls, piece));
      answered++;
    }
    calls++;
    return this;
  }

  public Script ends(FinishReason reason) {
    return ends(reason, "");
  }

  public Script ends(FinishReason reason, String stop) {
    ChatEvent.Progress prompt = (ChatEvent.Progress) events.getFirst();
    Usage usage =
        new Usage(
            prompt.promptTokens(),
            prompt.reusedTokens(),
            answered + 1,
            2,
            Duration.ofMillis(1),
            Duration.ofMillis(20),
            Duration.ofMillis(300),
            42);
    events.add(new ChatEvent.Finished(reason, usage, stop));
    return this;
  }

  public Script fails(ChatException failure) {
    events.add(new ChatEvent.Failed(failure));
    return this;
  }

  /// An answer of any shape that a backend may give.
  public static Script random(Random random) {
    Script script = prompt(1 + random.nextInt(100), 0);
    boolean called = false;
    for (int part = random.nextInt(5); part > 0; part--) {
      String[] pieces = new String[random.nextInt(4)];
      for (int i = 0; i < pieces.length; i++) {
        pieces[i] = "p" + random.nextInt(1000) + (random.nextBoolean() ? "\n" : "ü");
      }
      switch (random.nextInt(3)) {
        case 0 -> script.thinks(pieces);
        case 1 -> script.says(pieces);
        default -> {
          script.calls("tool" + random.nextInt(3), "{\"a\":", "[1,", "2]}");
          called = true;
        }
      }
    }
    FinishReason[] reasons = {
      FinishReason.END, FinishReason.MAX_TOKENS, FinishReason.STOP_STRING, FinishReason.CONTEXT_FULL
    };
    return script.ends(called ? FinishReason.TOOL_CALLS : reasons[random.nextInt(reasons.length)]);
  }

  public List<ChatEvent> events() {
    return List.copyOf(events);
  }

  public ChatEvent.Finished finished() {
    return (ChatEvent.Finished) events.getLast();
  }

  public ChatRequest asked() {
    return asked.orElseThrow();
  }

  @Override
  public void answer(ChatRequest request, Consumer<ChatEvent> listener, Cancellation cancellation) {
    asked = Optional.of(request);
    events.forEach(listener);
  }
}
