package dev.freehold.gateway;

import dev.freehold.chat.Cancellation;
import dev.freehold.chat.ChatBackend;
import dev.freehold.chat.ChatEvent;
import dev.freehold.chat.ChatException;
import dev.freehold.chat.FinishReason;
import dev.freehold.gateway.failure.AttemptException;
import dev.freehold.gateway.failure.CancelledException;
import dev.freehold.gateway.failure.Failure;
import dev.freehold.gateway.failure.FailureClass;
import dev.freehold.gateway.upstream.Secret;
import dev.freehold.gateway.upstream.Upstream;
import java.util.function.Consumer;

/// A backend in this process as an upstream. Limits of time do not hold for it: it works as long as
/// the client wants.
public final class EngineUpstream implements Upstream {
  private final String name;
  private final ChatBackend backend;

  public EngineUpstream(String name, ChatBackend backend) {
    this.name = name;
    this.backend = backend;
  }

  @Override
  public Answered ask(Ask ask, Secret key, Consumer<ChatEvent> events, Cancellation cancellation) {
    events.accept(new ChatEvent.Served(name, ask.model()));
    try {
      backend.answer(
          ask.request().withModel(ask.model()), event -> forward(event, events), cancellation);
    } catch (ChatException failed) {
      throw failure(failed);
    }
    return new Answered(ask.model(), false);
  }

  private static void forward(ChatEvent event, Consumer<ChatEvent> events) {
    if (event instanceof ChatEvent.Failed failed) {
      throw failed.failure();
    }
    if (event instanceof ChatEvent.Finished finished
        && finished.reason() == FinishReason.CANCELLED) {
      throw new CancelledException();
    }
    events.accept(event);
  }

  private static AttemptException failure(ChatException failed) {
    FailureClass type =
        switch (failed.kind()) {
          case INVALID_REQUEST -> FailureClass.BAD_REQUEST;
          case CONTEXT_EXCEEDED -> FailureClass.CONTEXT_OVERFLOW;
          case REFUSED -> FailureClass.CONTENT_REFUSAL;
          case MODEL_NOT_FOUND -> FailureClass.WITHDRAWN;
          case NOT_SUPPORTED -> FailureClass.UNSUPPORTED;
          case OVERLOADED -> FailureClass.OVERLOADED;
          case UNAVAILABLE, FAILED -> FailureClass.TRANSIENT;
        };
    Failure failure =
        new Failure(
            type, String.valueOf(failed.getMessage()), failed.retryAfter(), failed.excess());
    AttemptException told = new AttemptException(failure);
    told.initCause(failed);
    return told;
  }
}
