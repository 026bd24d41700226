package dev.freehold.server;

import dev.freehold.chat.Caller;
import dev.freehold.chat.Cancellation;
import dev.freehold.chat.ChatBackend;
import dev.freehold.chat.ChatEvent;
import dev.freehold.chat.ChatRequest;
import dev.freehold.chat.Embedding;
import dev.freehold.chat.EmbeddingBackend;
import dev.freehold.chat.EmbeddingRequest;
import dev.freehold.chat.Usage;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Answers as the backend behind it does, and counts: for the figures, for the quota of whoever
/// asks, and for the log.
final class MeasuredBackend implements ChatBackend, EmbeddingBackend {
  private final Backends behind;
  private final Metrics metrics;
  private final Quotas quotas;
  private final RequestLog log;

  MeasuredBackend(Backends behind, Metrics metrics, Quotas quotas, RequestLog log) {
    this.behind = behind;
    this.metrics = metrics;
    this.quotas = quotas;
    this.log = log;
  }

  Backends backends() {
    return new Backends(this, behind.tokens(), this, behind.models(), behind.activity());
  }

  @Override
  public void answer(ChatRequest request, Consumer<ChatEvent> events, Cancellation cancellation) {
    Watch watch = new Watch(request);
    try {
      behind
          .chat()
          .answer(
              request,
              event -> {
                watch.see(event);
                events.accept(event);
              },
              cancellation);
    } finally {
      watch.end();
    }
  }

  @Override
  public Embedding embed(EmbeddingRequest request, Cancellation cancellation) {
    Embedding embedding = behind.embeddings().embed(request, cancellation);
    quotas.used(request.caller().name(), embedding.tokens());
    return embedding;
  }

  /// One answer, from its request on. A model is counted only when it is known to be served.
  private final class Watch {
    private final long begunNanos = System.nanoTime();
    private final Caller caller;
    private final String asked;
    private Optional<ModelFigures> figures = Optional.empty();
    private boolean hasText;
    private Optional<ChatEvent.Served> served = Optional.empty();

    Watch(ChatRequest request) {
      this.caller = request.caller();
      this.asked = request.model();
    }

    private ModelFigures figures() {
      if (figures.isEmpty()) {
        ModelFigures found = metrics.model(behind.modelName(asked));
        found.begin();
        figures = Optional.of(found);
      }
      return figures.get();
    }

    private Duration time() {
      return Duration.ofNanos(System.nanoTime() - begunNanos);
    }

    void see(ChatEvent event) {
      switch (event) {
        case ChatEvent.Notice notice -> {}
        case ChatEvent.Served who -> served = Optional.of(who);
        case ChatEvent.Progress progress -> figures();
        case ChatEvent.PromptLogprobs logprobs -> figures();
        case ChatEvent.AnswerLogprob logprob -> first();
        case ChatEvent.ReasoningDelta delta -> first();
        case ChatEvent.ReasoningSealed sealed -> first();
        case ChatEvent.TextDelta delta -> first();
        case ChatEvent.CallStarted call -> first();
        case ChatEvent.CallArguments piece -> first();
        case ChatEvent.Finished finished -> {
          Usage usage = finished.usage();
          figures().finished(finished.reason(), usage, time());
          quotas.used(caller.name(), (long) usage.promptTokens() + usage.completionTokens());
          log.line(line(finished));
        }
        case ChatEvent.Failed failed -> figures().failed();
      }
    }

    private void first() {
      if (!hasText) {
        hasText = true;
        figures().first(time());
      }
    }

    private ObjectNode line(ChatEvent.Finished finished) {
      Usage usage = finished.usage();
      ObjectNode line = JsonNodeFactory.instance.objectNode().put("event", "answer");
      line.put("model", behind.modelName(asked)).put("caller", caller.name());
      served.ifPresent(who -> {
        line.put("backend", who.backend()).put("served_model", who.model());
        line.put("ledger_request", who.request());
      });
      line.put("finish", finished.reason().name().toLowerCase(Locale.ROOT));
      line.put("prompt_tokens", usage.promptTokens());
      line.put("cached_tokens", usage.reusedTokens());
      line.put("completion_tokens", usage.completionTokens());
      line.put("queue_ms", usage.queued().toMillis());
      line.put("prefill_ms", usage.prefill().toMillis());
      line.put("decode_ms", usage.decode().toMillis());
      return line.put("total_ms", time().toMillis());
    }

    void end() {
      figures.ifPresent(ModelFigures::end);
    }
  }
}
