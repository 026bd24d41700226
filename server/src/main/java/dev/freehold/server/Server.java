package dev.freehold.server;

import dev.freehold.chat.ChatException;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;

/// The HTTP server: takes requests to the routes of its dialects, and turns whatever goes wrong
/// into errors in the words of the dialect that was spoken.
public final class Server implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(Server.class.getName());

  private final RouteTable routes;
  private final Dialect fallback;
  private final WebServer web;
  private final ScheduledExecutorService timer;
  private final Exchange.Surroundings around;
  private final AtomicLong requests = new AtomicLong();

  private Server(ServerOptions options, List<Dialect> dialects) {
    List<Dialect> all = new ArrayList<>(dialects);
    all.add(new HealthRoutes(dialects.getFirst()));
    this.routes = new RouteTable(all);
    this.fallback = dialects.getFirst();
    this.timer =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("server-timer").factory());
    this.around =
        new Exchange.Surroundings(options.limits(), options.clock(), timer, new AtomicBoolean());
    this.web =
        WebServer.builder()
            .host(options.host())
            .port(options.port())
            .shutdownHook(false)
            .maxPayloadSize(options.limits().bodyBytes())
            .writeBufferSize(0)
            .routing(routing -> routing.any((request, response) -> serve(request, response)))
            .build();
  }

  /// Starts a server.
  ///
  /// @param dialects what it speaks; paths that are nobody's are told of in the words of the first
  /// @throws ServerException where the address cannot be listened at
  public static Server start(ServerOptions options, List<Dialect> dialects) {
    Server server = new Server(options, dialects);
    try {
      server.web.start();
    } catch (RuntimeException failure) {
      server.timer.shutdownNow();
      throw new ServerException(
          "cannot listen at %s:%d: %s"
              .formatted(options.host(), options.port(), rootMessage(failure)),
          failure);
    }
    return server;
  }

  private static String rootMessage(Throwable failure) {
    Throwable root = failure;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return String.valueOf(root.getMessage());
  }

  /// The port that is listened at.
  public int port() {
    return web.port();
  }

  @Override
  public void close() {
    around.isEnding().set(true);
    web.stop();
    timer.shutdownNow();
  }

  private void serve(ServerRequest request, ServerResponse response) {
    Exchange exchange =
        new Exchange(request, response, "req-" + requests.incrementAndGet(), around);
    Predicate<String> hasHeader = name -> request.headers().contains(HeaderNames.create(name));
    Dialect dialect = routes.nearest(exchange.path(), hasHeader).orElse(fallback);
    try {
      RouteTable.Match match =
          routes
              .find(exchange.method(), exchange.path(), hasHeader)
              .orElseThrow(() -> nowhere(exchange));
      dialect = match.dialect();
      exchange.routed(match.parameters());
      match.route().handler().handle(exchange);
    } catch (ChatException failure) {
      tell(exchange, dialect, Problem.of(failure));
    } catch (ServerException failure) {
      tell(exchange, dialect, failure.problem());
    } catch (RuntimeException bug) {
      LOG.log(System.Logger.Level.ERROR, "a bug in Freehold, request " + exchange.id(), bug);
      tell(
          exchange,
          dialect,
          Problem.of(
              Problem.Kind.FAILED,
              "a bug in Freehold; the server's log has it as " + exchange.id()));
    } finally {
      exchange.stream().ifPresent(ReplyStream::end);
    }
  }

  private ServerException nowhere(Exchange exchange) {
    List<String> methods = routes.methods(exchange.path());
    return methods.isEmpty()
        ? new ServerException(
            Problem.Kind.NOT_FOUND,
            "there is nothing at %s; see the server's documentation for what there is"
                .formatted(exchange.path()))
        : new ServerException(
            Problem.Kind.METHOD_NOT_ALLOWED,
            "%s takes %s, found %s"
                .formatted(exchange.path(), String.join(", ", methods), exchange.method()));
  }

  private static void tell(Exchange exchange, Dialect dialect, Problem problem) {
    ReplyStream stream = exchange.stream().orElse(null);
    if (stream != null && stream.hasBegun()) {
      stream.write(dialect.brokenOff(problem, exchange.id()));
      return;
    }
    if (!problem.retryAfter().isZero()) {
      exchange.replyHeader(
          "Retry-After", Long.toString(Math.max(1, problem.retryAfter().toSeconds())));
    }
    exchange.reply(problem.kind().status(), dialect.error(problem, exchange.id()));
  }
}
