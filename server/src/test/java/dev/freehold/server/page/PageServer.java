package dev.freehold.server.page;

import dev.freehold.chat.ChatEvent;
import dev.freehold.chat.FinishReason;
import dev.freehold.server.Access;
import dev.freehold.server.Backends;
import dev.freehold.server.Dialect;
import dev.freehold.server.Problem;
import dev.freehold.server.Route;
import dev.freehold.server.ScriptedBackend;
import dev.freehold.server.Server;
import dev.freehold.server.ServerException;
import dev.freehold.server.TestServer;
import dev.freehold.server.openai.OpenAiDialect;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import tools.jackson.databind.JsonNode;

/// A server with the web pages over a [ScriptedBackend].
final class PageServer implements AutoCloseable {
  final ScriptedBackend backend = new ScriptedBackend();
  final CountDownLatch cancelled = new CountDownLatch(1);
  private final Server server;

  PageServer() {
    this("");
  }

  /// @param key without which nothing but the pages themselves is answered; empty for none
  PageServer(String key) {
    this(key, UsageSource.NONE);
  }

  PageServer(String key, UsageSource usage) {
    this.server =
        Server.start(
            TestServer.options(), backend.backends(), backends -> dialects(backends, key, usage));
  }

  private static List<Dialect> dialects(Backends backends, String key, UsageSource usage) {
    List<Dialect> open = List.of(new OpenAiDialect(backends), new WebPages(backends, usage));
    return key.isEmpty()
        ? open
        : open.stream().<Dialect>map(dialect -> new Guarded(dialect, key)).toList();
  }

  /// A dialect that wants a key.
  private record Guarded(Dialect dialect, String key) implements Dialect {
    @Override
    public List<Route> routes() {
      return dialect.routes().stream().map(this::guarded).toList();
    }

    private Route guarded(Route route) {
      Route.Handler handler =
          exchange -> {
            String sent = exchange.header("Authorization").orElse("");
            if (route.access() != Access.OPEN && !sent.equals("Bearer " + key)) {
              throw new ServerException(Problem.Kind.UNAUTHENTICATED, "a key is wanted");
            }
            route.handler().handle(exchange);
          };
      return new Route(route.method(), route.path(), route.access(), route.header(), handler);
    }

    @Override
    public JsonNode error(Problem problem, String requestId) {
      return dialect.error(problem, requestId);
    }

    @Override
    public String brokenOff(Problem problem, String requestId) {
      return dialect.brokenOff(problem, requestId);
    }
  }

  /// The address without a slash at the end.
  String address() {
    return "http://127.0.0.1:" + server.port();
  }

  /// Tells a few words and then waits until nobody wants more.
  void answersUntilStopped() {
    backend.answers((request, events, cancellation) -> {
      for (int i = 0; !cancellation.isCancelled(); i++) {
        events.accept(new ChatEvent.TextDelta("word" + i + " "));
        Thread.sleep(20);
      }
      cancelled.countDown();
      events.accept(ScriptedBackend.finished(FinishReason.CANCELLED, 0));
    });
  }

  @Override
  public void close() {
    server.close();
  }
}
