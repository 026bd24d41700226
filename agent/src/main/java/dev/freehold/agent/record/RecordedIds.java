package dev.freehold.agent.record;

import dev.freehold.agent.run.Answer;
import dev.freehold.chat.Cancellation;
import dev.freehold.chat.ChatBackend;
import dev.freehold.chat.ChatEvent;
import dev.freehold.chat.ChatRequest;
import java.util.List;
import java.util.function.Consumer;

/// Asks a backend for the answers of a record, one after the other, and gives their calls the ids
/// that the record has: services make ids up, and requests that follow quote them.
final class RecordedIds implements ChatBackend {
  private final ChatBackend backend;
  private final List<Answer> recorded;
  private int next;

  /// More is asked for than the record has.
  static final class RecordOver extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  RecordedIds(ChatBackend backend, List<Answer> recorded) {
    this.backend = backend;
    this.recorded = List.copyOf(recorded);
  }

  @Override
  public void answer(ChatRequest request, Consumer<ChatEvent> events, Cancellation cancellation) {
    if (next == recorded.size()) {
      throw new RecordOver();
    }
    List<Answer.Call> calls = recorded.get(next++).calls();
    int[] begun = {0};
    backend.answer(
        request,
        event -> {
          if (event instanceof ChatEvent.CallStarted call && begun[0] < calls.size()) {
            String id = calls.get(begun[0]++).id();
            events.accept(new ChatEvent.CallStarted(call.index(), id, call.name()));
          } else {
            events.accept(event);
          }
        },
        cancellation);
  }
}
