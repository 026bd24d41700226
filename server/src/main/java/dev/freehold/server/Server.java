package dev.freehold.server;

import dev.freehold.chat.ChatException;
import io.helidon.http.DirectHandler;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.RequestException;
import io.helidon.http.Status;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.DirectHandlers;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.helidon.webserver.http1.Http1Config;
import io.helidon.webserver.http1.Http1ConnectionSelector;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// The HTTP server: takes requests to the routes of its dialects, and turns whatever goes wrong
/// into errors in the words of the dialect that was spoken.
public final class Server implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(Server.class.getName());

  /// As nginx counts answers that nobody waited for.
  private static final int CLIENT_GONE = 499;

  private static final Pattern HEADER_NAMES = Pattern.compile("[A-Za-z0-9, -]{1,2000}");
  private static final Duration LAST_WORDS = Duration.ofSeconds(10);

  private final RouteTable routes;
  private final Dialect fallback;
  private final WebServer web;
  private final SocketGuard guard;
  private final ServerOptions.Limits limits;
  private final ScheduledExecutorService timer;
  private final Exchange.Surroundings around;
  private final Metrics metrics = new Metrics();
  private final Doorkeeper doorkeeper;
  private final RequestLog log;
  private final AtomicLong requests = new AtomicLong();
  private final Set<Exchange> running = ConcurrentHashMap.newKeySet();

  private Server(
      ServerOptions options, Backends backends, Function<Backends, List<Dialect>> dialects) {
    this.log = options.log();
    this.limits = options.limits();
    Quotas quotas = new Quotas(System::nanoTime);
    this.doorkeeper = new Doorkeeper(options, quotas);
    Backends measured = new MeasuredBackend(backends, metrics, quotas, log).backends();
    List<Dialect> all = new ArrayList<>(dialects.apply(measured));
    this.fallback = all.getFirst();
    all.add(new HealthRoutes(fallback, metrics, backends.activity(), this::connections));
    this.routes = new RouteTable(all);
    this.timer =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("server-timer").factory());
    this.around = new Exchange.Surroundings(limits, options.clock(), timer, new AtomicBoolean());
    this.guard =
        new SocketGuard(
            Http1ConnectionSelector.builder()
                .config(
                    Http1Config.builder()
                        .maxPrologueLength(limits.headerBytes())
                        .maxHeadersSize(limits.headerBytes())
                        .build())
                .build(),
            limits);
    this.web =
        WebServer.builder()
            .host(options.host())
            .port(options.port())
            .shutdownHook(false)
            .maxPayloadSize(limits.bodyBytes())
            .maxTcpConnections(limits.connections())
            .idleConnectionTimeout(Duration.ofDays(1)) // the guard keeps shorter ones
            .writeBufferSize(0)
            .update(builder -> options.security().tls().ifPresent(tls -> builder.tls(tls.tls())))
            .useNio(options.security().tls().isEmpty()) // TLS that reads and writes at once
            .connectionOptions(guard)
            .protocolsDiscoverServices(false)
            .addConnectionSelector(guard)
            .directHandlers(directHandlers())
            .routing(routing -> routing.any((request, response) -> serve(request, response)))
            .build();
  }

  /// Starts a server.
  ///
  /// @param dialects makes what it speaks over backends that are measured; paths that are nobody's
  ///   are told of in the words of the first
  /// @throws ServerException where the address cannot be listened at, or other machines could reach
  ///   it and there are no keys
  public static Server start(
      ServerOptions options, Backends backends, Function<Backends, List<Dialect>> dialects) {
    if (!options.isLoopback() && options.security().keys().get().isEmpty()) {
      throw new ServerException(
          Problem.Kind.FORBIDDEN,
          ("%s is reached by other machines, and there are no keys; add one first, or listen at"
                  + " 127.0.0.1")
              .formatted(options.host()));
    }
    Server server = new Server(options, backends, dialects);
    try {
      server.web.start();
    } catch (RuntimeException failure) {
      server.timer.shutdownNow();
      throw notListening(options, rootMessage(failure), failure);
    }
    if (!server.web.isRunning()) { // the library logs a failure, and throws nothing
      server.timer.shutdownNow();
      IOException failure = whyNot(options);
      throw notListening(options, rootMessage(failure), failure);
    }
    var unused = server.timer.scheduleAtFixedRate(server.guard::sweep, 1, 1, TimeUnit.SECONDS);
    return server;
  }

  private static ServerException notListening(
      ServerOptions options, String why, Exception failure) {
    return new ServerException(
        "cannot listen at %s:%d: %s".formatted(options.host(), options.port(), why), failure);
  }

  /// What the system says to somebody who wants to listen there.
  private static IOException whyNot(ServerOptions options) {
    try (ServerSocket socket = new ServerSocket()) {
      socket.bind(new InetSocketAddress(options.host(), options.port()));
      return new IOException("the address was taken a moment ago; it is free now");
    } catch (IOException failure) {
      return failure;
    }
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

  /// All that it answers.
  List<Route> routes() {
    return routes.all();
  }

  /// Sockets that are open.
  public int connections() {
    return guard.size();
  }

  /// Takes no more requests, waits for those that are being answered, and ends the rest with an
  /// error that says so.
  public void close(Duration patience) {
    around.isEnding().set(true);
    await(patience);
    running.forEach(exchange -> exchange.cancellation().cancel());
    await(LAST_WORDS);
    web.stop();
    guard.close();
    timer.shutdownNow();
  }

  private void await(Duration patience) {
    long end = System.nanoTime() + patience.toNanos();
    while (!running.isEmpty() && System.nanoTime() < end) {
      try {
        Thread.sleep(10);
      } catch (InterruptedException hurried) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }

  @Override
  public void close() {
    close(Duration.ZERO);
  }

  private void serve(ServerRequest request, ServerResponse response) {
    Exchange exchange =
        new Exchange(request, response, "req-" + requests.incrementAndGet(), around);
    GuardedConnection connection = ((GuardedConnection.Peer) request.remotePeer()).connection();
    running.add(exchange);
    connection.beginRequest(exchange::gone);
    try {
      answer(request, exchange);
    } finally {
      exchange.told();
      exchange.stream().ifPresent(ReplyStream::end);
      tellLog(exchange);
      running.remove(exchange);
      connection.endRequest(isLast(request, response));
    }
    if (exchange.isGone()) {
      metrics.clientGone();
      throw new CloseConnectionException("the client is gone");
    }
    if (isLast(request, response) && response.isSent()) {
      // The library would read on: the rest of a body that was refused unread is no request.
      throw new CloseConnectionException("the last answer was sent");
    }
  }

  private static boolean isLast(ServerRequest request, ServerResponse response) {
    return request.headers().containsToken(HeaderValues.CONNECTION_CLOSE)
        || response.headers().containsToken(HeaderValues.CONNECTION_CLOSE);
  }

  private void answer(ServerRequest request, Exchange exchange) {
    Predicate<String> hasHeader = name -> request.headers().contains(HeaderNames.create(name));
    Dialect dialect = routes.nearest(exchange.path(), hasHeader).orElse(fallback);
    try {
      doorkeeper.checkSource(exchange);
      if (request.headers().size() > limits.headers()) {
        throw new ServerException(
            Problem.Kind.HEADERS_TOO_LARGE,
            "the headers: expected at most %d, found %d"
                .formatted(limits.headers(), request.headers().size()));
      }
      if (isPreflight(exchange)) {
        return;
      }
      if (around.isEnding().get()) {
        throw new ServerException(
            Problem.Kind.UNAVAILABLE, "the server shuts down; ask another one, or later");
      }
      RouteTable.Match match =
          routes
              .find(exchange.method(), exchange.path(), hasHeader)
              .orElseThrow(() -> nowhere(exchange));
      dialect = match.dialect();
      exchange.routed(match.route(), match.parameters());
      exchange.identified(doorkeeper.identify(exchange, match.route().access()));
      match.route().handler().handle(exchange);
    } catch (ChatException failure) {
      tell(exchange, dialect, Problem.of(failure));
    } catch (ServerException failure) {
      tell(exchange, dialect, failure.problem());
    } catch (CloseConnectionException failure) {
      throw failure;
    } catch (RequestException failure) { // while the body was read
      exchange.replyHeader("Connection", "close");
      tell(exchange, dialect, problem(failure.status()));
    } catch (RuntimeException bug) {
      LOG.log(System.Logger.Level.ERROR, "a bug in Freehold, request " + exchange.id(), bug);
      String message = "a bug in Freehold; the server's log has it as " + exchange.id();
      tell(exchange, dialect, Problem.of(Problem.Kind.FAILED, message));
    }
  }

  /// Lets pages of listed origins read answers, and answers what browsers ask before they send.
  private boolean isPreflight(Exchange exchange) {
    Optional<String> origin = exchange.header("Origin").filter(doorkeeper::isListed);
    if (origin.isEmpty()) {
      return false;
    }
    exchange.replyHeader("Access-Control-Allow-Origin", origin.get());
    exchange.replyHeader("Vary", "Origin");
    if (!exchange.method().equals("OPTIONS")) {
      return false;
    }
    exchange.replyHeader("Access-Control-Allow-Methods", "GET, POST, DELETE, HEAD");
    exchange.replyHeader(
        "Access-Control-Allow-Headers",
        exchange
            .header("Access-Control-Request-Headers")
            .filter(names -> HEADER_NAMES.matcher(names).matches())
            .orElse("authorization, content-type, x-api-key"));
    exchange.replyHeader("Access-Control-Max-Age", "600");
    exchange.reply(204, "text/plain", new byte[0]);
    return true;
  }

  /// Tells the route and not the path, which may hold anything.
  private void tellLog(Exchange exchange) {
    metrics.answered(exchange.isGone() ? CLIENT_GONE : exchange.status());
    ObjectNode line = JsonNodeFactory.instance.objectNode().put("event", "request");
    line.put("time", exchange.started().toString()).put("id", exchange.id());
    line.put("route", exchange.route()).put("status", exchange.status());
    line.put("caller", exchange.callerName());
    line.put("ms", Duration.between(exchange.started(), around.clock().instant()).toMillis());
    line.put("client_gone", exchange.isGone());
    if (log.wantsPrompts()) {
      exchange.readBodyNode().ifPresent(body -> line.set("body", body));
    }
    log.line(line);
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
    if (exchange.isGone()) {
      return;
    }
    ReplyStream stream = exchange.stream().orElse(null);
    if (stream != null && stream.hasBegun()) {
      stream.write(dialect.brokenOff(problem, exchange.id()));
      return;
    }
    if (stream != null) {
      stream.end();
    }
    if (!problem.retryAfter().isZero()) {
      exchange.replyHeader(
          "Retry-After", Long.toString(Math.max(1, problem.retryAfter().toSeconds())));
    }
    exchange.reply(problem.kind().status(), dialect.error(problem, exchange.id()));
  }

  /// What Helidon refuses before there is a request, in the words of the first dialect.
  private DirectHandlers directHandlers() {
    DirectHandlers.Builder handlers = DirectHandlers.builder();
    for (DirectHandler.EventType type : DirectHandler.EventType.values()) {
      handlers.addHandler(
          type,
          (request, event, status, headers, message) -> {
            Problem problem = problem(status);
            return DirectHandler.TransportResponse.builder()
                .status(Status.create(problem.kind().status()))
                .headers(headers)
                .header(HeaderValues.CONTENT_TYPE_JSON)
                .keepAlive(false)
                .entity(
                    fallback.error(problem, "req-0").toString().getBytes(StandardCharsets.UTF_8))
                .build();
          });
    }
    return handlers.build();
  }

  private Problem problem(Status status) {
    return switch (status.code()) {
      case 408 -> Problem.of(Problem.Kind.TIMEOUT, "the request did not arrive in time");
      case 413 ->
          Problem.of(
              Problem.Kind.TOO_LARGE,
              "the body: more than the limit of %d bytes".formatted(limits.bodyBytes()));
      case 414, 431 ->
          Problem.of(
              Problem.Kind.HEADERS_TOO_LARGE,
              "the headers: more than the limit of %d bytes".formatted(limits.headerBytes()));
      case 501 -> Problem.of(Problem.Kind.NOT_SUPPORTED, "this transfer coding is not supported");
      case 503 -> Problem.of(Problem.Kind.UNAVAILABLE, "too many requests at a time");
      default -> // handlers let nothing through: it is what the parser did not understand
          Problem.of(Problem.Kind.INVALID_REQUEST, "this is no HTTP/1.1 request that can be read");
    };
  }
}
