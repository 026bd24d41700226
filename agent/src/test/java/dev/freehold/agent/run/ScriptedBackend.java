package dev.freehold.agent.run;

import dev.freehold.chat.Cancellation;
import dev.freehold.chat.ChatBackend;
import dev.freehold.chat.ChatEvent;
import dev.freehold.chat.ChatRequest;
import dev.freehold.chat.FinishReason;
import dev.freehold.chat.Input;
import dev.freehold.chat.Message;
import dev.freehold.chat.Usage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/// Plays a model: what it answers is decided by how often it was answered before in the
/// conversation, and so by nothing that a restart changes.
public final class ScriptedBackend implements ChatBackend {
  private final List<Turn> turns;
  private final List<ChatRequest> asked = new ArrayList<>();

  /// One answer.
  public record Turn(String text, List<Answer.Call> calls) {
    public static Turn say(String text) {
      return new Turn(text, List.of());
    }

    public static Turn call(String tool, String arguments) {
      return new Turn("", List.of(new Answer.Call("c1", tool, arguments)));
    }
  }

  public ScriptedBackend(Turn... turns) {
    this.turns = List.of(turns);
  }

  public List<ChatRequest> asked() {
    return asked;
  }

  @Override
  public void answer(ChatRequest request, Consumer<ChatEvent> events, Cancellation cancellation) {
    asked.add(request);
    List<Message> messages = ((Input.Conversation) request.input()).messages();
    int before = (int) messages.stream().filter(m -> m instanceof Message.Assistant).count();
    Turn turn = turns.get(Math.min(before, turns.size() - 1));
    if (!turn.text().isEmpty()) {
      events.accept(new ChatEvent.TextDelta(turn.text()));
    }
    for (int i = 0; i < turn.calls().size(); i++) {
      Answer.Call call = turn.calls().get(i);
      events.accept(new ChatEvent.CallStarted(i, call.id() + before, call.name()));
      events.accept(new ChatEvent.CallArguments(i, call.arguments()));
    }
    Usage usage =
        new Usage(messages.size() * 10, 0, 7, 0, Duration.ZERO, Duration.ZERO, Duration.ZERO, 1);
    events.accept(
        new ChatEvent.Finished(
            turn.calls().isEmpty() ? FinishReason.END : FinishReason.TOOL_CALLS, usage));
  }
}
