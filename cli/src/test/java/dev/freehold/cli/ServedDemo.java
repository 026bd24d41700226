package dev.freehold.cli;

import dev.freehold.chat.Activity;
import dev.freehold.chat.Caller;
import dev.freehold.engine.EngineOptions;
import dev.freehold.engine.ModelPool;
import dev.freehold.engine.PoolOptions;
import dev.freehold.engine.Scheduling;
import dev.freehold.hub.FoundModel;
import dev.freehold.server.Access;
import dev.freehold.server.Backends;
import dev.freehold.server.Dialect;
import dev.freehold.server.Dialects;
import dev.freehold.server.KeyRing;
import dev.freehold.server.Route;
import dev.freehold.server.Security;
import dev.freehold.server.Server;
import dev.freehold.server.ServerOptions;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Predicate;
import picocli.CommandLine;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A server over the demo model, wired as `serve` does, and sockets to it.
final class ServedDemo implements AutoCloseable {
  /// How fast the model computes.
  enum Pace {
    /// With plain loops, one token of a prompt a step: there is time to see what happens meanwhile.
    SLOW("REFERENCE", 1),
    FAST("VECTOR", 256);

    private final String tier;
    private final int stepTokens;

    Pace(String tier, int stepTokens) {
      this.tier = tier;
      this.stepTokens = stepTokens;
    }
  }

  /// What one socket got: the status, the headers with their line, and the body.
  record Reply(int status, String head, String body) {
    static Reply of(byte[] bytes) {
      String all = new String(bytes, StandardCharsets.UTF_8);
      int end = all.indexOf("\r\n\r\n");
      if (end < 0) {
        throw new AssertionError("no answer: " + all);
      }
      String head = all.substring(0, end);
      boolean isChunked = head.toLowerCase(Locale.ROOT).contains("transfer-encoding: chunked");
      byte[] body =
          Arrays.copyOfRange(bytes, head.getBytes(StandardCharsets.UTF_8).length + 4, bytes.length);
      return new Reply(
          Integer.parseInt(head.substring(9, 12)),
          head,
          new String(isChunked ? joined(body) : body, StandardCharsets.UTF_8));
    }

    JsonNode json() {
      return JsonMapper.shared().readTree(body);
    }

    /// The data of server-sent events, without those that are no JSON.
    List<JsonNode> events() {
      List<JsonNode> events = new ArrayList<>();
      body.lines()
          .filter(line -> line.startsWith("data: {"))
          .forEach(line -> events.add(JsonMapper.shared().readTree(line.substring(6))));
      return events;
    }
  }

  private final ModelPool pool;
  private final Server server;
  private List<Dialect> dialects = List.of();

  /// @param home an empty folder
  /// @param keys who may use it, named like their keys; everybody where there are none
  ServedDemo(Path home, Pace pace, Scheduling scheduling, Duration keepAlive, String... keys) {
    Surroundings surroundings =
        new Surroundings(
            Map.of(),
            home,
            new ByteArrayInputStream(new byte[0]),
            new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8),
            new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8),
            Clock.systemUTC());
    ArithmeticOptions plain =
        CommandLine.populateCommand(
            new ArithmeticOptions(), "--kernel", pace.tier, "--threads", "1");
    FoundModel demo = DemoModel.found(surroundings);
    EngineOptions engine =
        new EngineOptions(
            OptionalInt.empty(), pace.stepTokens, 0, surroundings.clock(), scheduling);
    this.pool =
        new ModelPool(
            new MachineModels(surroundings, plain, List.of(demo), demo, Optional.empty()),
            new PoolOptions(1L << 30, 0.5, Duration.ofSeconds(-1), engine));
    pool.load(DemoModel.NAME, Optional.empty());
    KeyRing ring = KeyRing.EMPTY;
    for (String key : keys) {
      ring =
          ring.with(
              new KeyRing.Key(
                  key,
                  Access.USE,
                  KeyRing.digest(key),
                  Instant.EPOCH,
                  0,
                  0,
                  Caller.Priority.NORMAL));
    }
    KeyRing known = ring;
    this.server =
        Server.start(
            ServerOptions.loopback(0, surroundings.clock())
                .withLimits(ServerOptions.Limits.DEFAULT.withKeepAlive(keepAlive))
                .withSecurity(Security.LOCAL.withKeys(() -> known)),
            new Backends(new FreshSeeds(pool, new SecureRandom()), pool, pool, pool, pool),
            measured -> {
              dialects = Dialects.all(measured, (name, progress, cancellation) -> {});
              return dialects;
            });
  }

  /// All that it answers, but its health and figures.
  List<Route> routes() {
    return dialects.stream().flatMap(dialect -> dialect.routes().stream()).toList();
  }

  Activity activity() {
    return pool.activity().getFirst();
  }

  int connections() {
    return server.connections();
  }

  /// Looks at what the model does until it is as wanted; the last look is returned in any case.
  Activity await(Duration most, Predicate<Activity> wanted) throws InterruptedException {
    long end = System.nanoTime() + most.toNanos();
    Activity seen = activity();
    while (!wanted.test(seen) && System.nanoTime() < end) {
      Thread.sleep(2);
      seen = activity();
    }
    return seen;
  }

  Socket connect() throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port());
    socket.setSoTimeout(120_000);
    return socket;
  }

  /// Sends a body and leaves the answer to be read.
  Socket begin(String path, String json, String... headers) throws IOException {
    byte[] body = json.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
    StringBuilder head = new StringBuilder("POST " + path + " HTTP/1.1\r\nHost: localhost\r\n");
    head.append("Content-Type: application/json\r\nConnection: close\r\n");
    for (String header : headers) {
      head.append(header).append("\r\n");
    }
    head.append("Content-Length: ").append(body.length).append("\r\n\r\n");
    Socket socket = connect();
    socket.getOutputStream().write(head.toString().getBytes(StandardCharsets.UTF_8));
    socket.getOutputStream().write(body);
    return socket;
  }

  /// The answer to a body in which apostrophes stand for quotes.
  Reply post(String path, String json, String... headers) throws IOException {
    try (Socket socket = begin(path, json, headers)) {
      return reply(socket);
    }
  }

  static Reply reply(Socket socket) throws IOException {
    return Reply.of(socket.getInputStream().readAllBytes());
  }

  /// Chunks put together, as far as they go.
  private static byte[] joined(byte[] chunks) {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    String lines = new String(chunks, StandardCharsets.ISO_8859_1);
    int at = 0;
    while (true) {
      int line = lines.indexOf("\r\n", at);
      int length = line < 0 ? 0 : Integer.parseInt(lines.substring(at, line).strip(), 16);
      if (length == 0 || line + 2 + length > chunks.length) {
        return body.toByteArray();
      }
      body.write(chunks, line + 2, length);
      at = line + 4 + length;
    }
  }

  @Override
  public void close() {
    server.close();
    pool.close();
  }
}
