package dev.freehold.server;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A server on a free port over a [ScriptedBackend], and a client that asks it.
public final class TestServer implements AutoCloseable {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final Duration LONG = Duration.ofHours(1);

  /// Limits of size as they are in use, and none of time that a machine under load could meet.
  public static final ServerOptions.Limits PATIENT =
      new ServerOptions.Limits(
          ServerOptions.Limits.DEFAULT.bodyBytes(),
          ServerOptions.Limits.DEFAULT.headerBytes(),
          ServerOptions.Limits.DEFAULT.headers(),
          ServerOptions.Limits.DEFAULT.connections(),
          LONG,
          LONG,
          LONG,
          LONG,
          LONG);

  public final ScriptedBackend backend = new ScriptedBackend();
  public final Server server;
  private final HttpClient client = HttpClient.newHttpClient();

  /// @param dialect makes the dialect under test
  public TestServer(Function<Backends, Dialect> dialect) {
    this(dialect, options());
  }

  public TestServer(Function<Backends, Dialect> dialect, ServerOptions options) {
    this(options, backends -> List.of(dialect.apply(backends)));
  }

  private TestServer(ServerOptions options, Function<Backends, List<Dialect>> dialects) {
    this.server = Server.start(options, backend.backends(), dialects);
  }

  /// A free port of this machine, and [#PATIENT].
  public static ServerOptions options() {
    return ServerOptions.loopback(0, Clock.systemUTC()).withLimits(PATIENT);
  }

  /// A server that speaks all that there is; pulls end at once.
  public static TestServer ofAll(ServerOptions options) {
    return new TestServer(
        options, backends -> Dialects.all(backends, (name, progress, cancellation) -> {}));
  }

  public static TestServer ofAll() {
    return ofAll(options());
  }

  public int port() {
    return server.port();
  }

  public HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port() + path));
  }

  public HttpResponse<String> get(String path) {
    return send(request(path).build());
  }

  /// Posts JSON; apostrophes stand for quotes.
  public HttpResponse<String> post(String path, String json) {
    return send(
        request(path)
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(json.replace('\'', '"')))
            .build());
  }

  public HttpResponse<String> send(HttpRequest request) {
    try {
      return client.send(request, HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
    } catch (IOException failure) {
      throw new AssertionError("the server did not answer", failure);
    } catch (InterruptedException failure) {
      Thread.currentThread().interrupt();
      throw new AssertionError(failure);
    }
  }

  /// Waits until something is so, far longer than a machine under load takes.
  static boolean eventually(BooleanSupplier condition) throws InterruptedException {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.getAsBoolean() && System.nanoTime() < end) {
      Thread.sleep(10);
    }
    return condition.getAsBoolean();
  }

  public static JsonNode json(HttpResponse<String> response) {
    return json(response.body());
  }

  /// Parses JSON; apostrophes stay.
  public static JsonNode json(String text) {
    return JSON.readTree(text);
  }

  @Override
  public void close() {
    client.close();
    server.close();
  }
}
