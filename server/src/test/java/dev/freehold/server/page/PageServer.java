package dev.freehold.server.page;

import dev.freehold.chat.ChatEvent;
import dev.freehold.chat.FinishReason;
import dev.freehold.server.ScriptedBackend;
import dev.freehold.server.Server;
import dev.freehold.server.ServerOptions;
import dev.freehold.server.openai.OpenAiDialect;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/// A server with the web pages over a [ScriptedBackend].
final class PageServer implements AutoCloseable {
  final ScriptedBackend backend = new ScriptedBackend();
  final CountDownLatch cancelled = new CountDownLatch(1);
  private final Server server;

  PageServer() {
    this.server =
        Server.start(
            ServerOptions.loopback(0, Clock.systemUTC()),
            backend.backends(),
            backends -> List.of(new OpenAiDialect(backends), new WebPages(backends)));
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
