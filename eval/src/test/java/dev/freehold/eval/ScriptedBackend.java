package dev.freehold.eval;

import dev.freehold.chat.Cancellation;
import dev.freehold.chat.ChatBackend;
import dev.freehold.chat.ChatEvent;
import dev.freehold.chat.ChatException;
import dev.freehold.chat.ChatRequest;
import dev.freehold.chat.FinishReason;
import dev.freehold.chat.Input;
import dev.freehold.chat.Message;
import dev.freehold.chat.Part;
import dev.freehold.chat.Usage;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Function;

/// A backend whose answers a test writes.
public final class ScriptedBackend implements ChatBackend {
  private final Script script;
  private final List<ChatRequest> asked = new CopyOnWriteArrayList<>();

  /// What it does with a request.
  public interface Script {
    void answer(ChatRequest request, Consumer<ChatEvent> events, Cancellation cancellation);
  }

  public ScriptedBackend(Script script) {
    this.script = script;
  }

  /// One that answers with a text that depends on the last message.
  public static ScriptedBackend saying(Function<String, String> reply) {
    return new ScriptedBackend((request, events, cancellation) -> {
      events.accept(new ChatEvent.TextDelta(reply.apply(last(request))));
      events.accept(finished(FinishReason.END));
    });
  }

  /// One that fails.
  public static ScriptedBackend failing(ChatException failure) {
    return new ScriptedBackend((request, events, cancellation) -> {
      throw failure;
    });
  }

  public static ChatEvent finished(FinishReason reason) {
    return new ChatEvent.Finished(
        reason, new Usage(10, 0, 5, 0, Duration.ZERO, Duration.ZERO, Duration.ZERO, 0));
  }

  /// The text of the last message of a request.
  public static String last(ChatRequest request) {
    if (request.input() instanceof Input.Conversation conversation) {
      Message message = conversation.messages().getLast();
      return Part.text(message.content());
    }
    throw new IllegalArgumentException("no conversation");
  }

  public List<ChatRequest> asked() {
    return asked;
  }

  @Override
  public void answer(ChatRequest request, Consumer<ChatEvent> events, Cancellation cancellation) {
    asked.add(request);
    script.answer(request, events, cancellation);
  }
}
