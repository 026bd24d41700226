package dev.freehold.server.ollama;

import dev.freehold.chat.Caller;
import dev.freehold.chat.ChatEvent;
import dev.freehold.chat.ChatException;
import dev.freehold.chat.ChatRequest;
import dev.freehold.chat.ModelAdmin;
import dev.freehold.chat.ServedModel;
import dev.freehold.server.Access;
import dev.freehold.server.Backends;
import dev.freehold.server.Exchange;
import dev.freehold.server.Fields;
import dev.freehold.server.Problem;
import dev.freehold.server.ReplyStream;
import dev.freehold.server.Route;
import dev.freehold.server.ServerException;
import dev.freehold.server.wire.AnswerParts;
import dev.freehold.server.wire.Asking;
import dev.freehold.server.wire.Ids;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;

/// `/api/chat` and `/api/generate`.
final class AnswerRoutes {
  private final Backends backends;
  private final Ids ids;
  private final ModelNames names;

  AnswerRoutes(Backends backends, Ids ids) {
    this.backends = backends;
    this.ids = ids;
    this.names = new ModelNames(backends.models());
  }

  List<Route> routes() {
    return List.of(
        Route.post(
            "/api/chat",
            Access.USE,
            exchange -> answer(exchange, AnswerLines.Form.CHAT, OllamaRequest::chat)),
        Route.post(
            "/api/generate",
            Access.USE,
            exchange -> answer(exchange, AnswerLines.Form.GENERATE, OllamaRequest::generate)));
  }

  private void answer(
      Exchange exchange, AnswerLines.Form form, BiFunction<Fields, Caller, OllamaRequest> reader) {
    OllamaRequest request = reader.apply(exchange.body(), exchange.caller());
    String model = names.served(request.model());
    if (request.wantsThinking()) {
      checkThinks(model);
    }
    if (request.chat().isEmpty()) {
      AnswerLines lines = new AnswerLines(form, request.model(), exchange.clock(), ids, line -> {});
      exchange.reply(lines.nothing(loadOrDrop(exchange, model, request.keepAlive())));
      return;
    }
    Duration loading = load(exchange, model, request.keepAlive());
    ChatRequest asked = request.chat().get().withModel(model);
    if (request.stream()) {
      ReplyStream stream = exchange.stream(ReplyStream.Framing.LINES);
      AnswerLines lines =
          new AnswerLines(form, request.model(), exchange.clock(), ids, stream::send);
      ChatEvent.Finished finished =
          Asking.answer(exchange, backends.chat(), asked, new AnswerParts(lines));
      stream.send(lines.last(finished, exchange.started(), loading));
    } else {
      AnswerLines lines = new AnswerLines(form, request.model(), exchange.clock(), ids, line -> {});
      AnswerParts parts = new AnswerParts();
      ChatEvent.Finished finished = Asking.answer(exchange, backends.chat(), asked, parts);
      parts.served().ifPresent(lines::served);
      exchange.reply(lines.whole(parts.parts(), finished, exchange.started(), loading));
    }
  }

  private void checkThinks(String model) {
    Optional<ServedModel.Details> details = backends.models().show(model).details();
    if (details.isPresent()
        && !details.get().capabilities().contains(ServedModel.Capability.REASONING)) {
      throw new ChatException("think", "the model %s does not think".formatted(model));
    }
  }

  private String loadOrDrop(Exchange exchange, String model, Optional<Duration> keepAlive) {
    ModelAdmin models = backends.models();
    if (keepAlive.isPresent() && keepAlive.get().isZero()) {
      if (!exchange.may(Access.MANAGE)) {
        throw new ServerException(
            Problem.Kind.FORBIDDEN,
            "this key may use models and not manage them, so it cannot drop one");
      }
      models.unload(model);
      return "unload";
    }
    models.load(model, KeepAlive.granted(exchange, keepAlive));
    return "load";
  }

  /// Loads the model where it is not loaded, and says how long that took.
  private Duration load(Exchange exchange, String model, Optional<Duration> keepAlive) {
    Instant before = exchange.clock().instant();
    backends.models().load(model, KeepAlive.granted(exchange, keepAlive));
    return Duration.between(before, exchange.clock().instant());
  }
}
