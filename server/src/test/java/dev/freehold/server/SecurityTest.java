package dev.freehold.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freehold.chat.Caller;
import dev.freehold.server.openai.OpenAiDialect;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.node.ObjectNode;

/// Who comes in: names, pages, keys, roles and quotas.
class SecurityTest {
  private static final ServerOptions LOOPBACK = TestServer.options();
  private static final String ASK =
      "{\"messages\":[{\"role\":\"user\",\"content\":\"A secret question\"}]}";

  /// Notes the lines of the log.
  private static final class Log implements RequestLog {
    private final List<ObjectNode> lines = Collections.synchronizedList(new ArrayList<>());

    @Override
    public void line(ObjectNode line) {
      lines.add(line);
    }
  }

  private static KeyRing.Key key(String secret, String name, Access access, int requests) {
    return new KeyRing.Key(
        name, access, KeyRing.digest(secret), Instant.EPOCH, requests, 0, Caller.Priority.NORMAL);
  }

  /// The status line's code of a raw request.
  private static int status(TestServer test, String request) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), test.port())) {
      socket.setSoTimeout(120_000);
      socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
      byte[] line = socket.getInputStream().readNBytes(12);
      return Integer.parseInt(new String(line, StandardCharsets.US_ASCII).substring(9));
    }
  }

  private static int statusOfHost(TestServer test, String host) throws IOException {
    return status(test, "GET /v1/models HTTP/1.1\r\nHost: " + host + "\r\n\r\n");
  }

  @Test
  void answersToItsOwnNamesOnly() throws IOException {
    Security named =
        new Security(
            List.of("Models.Example.org"), List.of(), () -> KeyRing.EMPTY, Optional.empty());
    try (TestServer test = new TestServer(OpenAiDialect::new, LOOPBACK.withSecurity(named))) {
      for (String host :
          List.of("localhost", "LOCALHOST:1", "127.0.0.1:80", "[::1]:9", "models.example.org")) {
        assertThat(statusOfHost(test, host)).as(host).isEqualTo(200);
      }
      for (String host :
          List.of(
              "evil.com",
              "127.0.0.1.nip.io",
              "localhost.evil.com",
              "localhost.",
              "[::ffff:127.0.0.1]",
              "0.0.0.0",
              "2130706433",
              "127.1",
              "192.168.1.5",
              "evil.com:localhost",
              "localhost@evil.com",
              "localhost:80:80")) {
        assertThat(statusOfHost(test, host)).as(host).isIn(400, 403);
      }
      assertThat(statusOfHost(test, "")).isEqualTo(400);
      assertThat(status(test, "GET /v1/models HTTP/1.1\r\n\r\n")).isEqualTo(400);
      assertThat(
              status(test, "GET /v1/models HTTP/1.1\r\nHost: localhost\r\nHost: localhost\r\n\r\n"))
          .isEqualTo(400);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://evil.com",
        "null",
        "file://",
        "vscode-webview://x",
        "http://localhost.evil.com",
        "http://127.0.0.1:1",
        "http://"
      })
  void pagesOfOthersAreKeptOut(String origin) {
    try (TestServer test = new TestServer(OpenAiDialect::new)) {
      for (String method : List.of("GET", "OPTIONS", "POST")) {
        HttpResponse<String> answer =
            test.send(
                test.request("/v1/models")
                    .header("Origin", origin)
                    .header("Access-Control-Request-Private-Network", "true")
                    .method(method, HttpRequest.BodyPublishers.noBody())
                    .build());
        assertThat(answer.statusCode()).isEqualTo(403);
        assertThat(answer.headers().map().keySet())
            .noneMatch(name -> name.toLowerCase(java.util.Locale.ROOT).startsWith("access-c"));
      }
    }
  }

  /// `curl -d` says `application/x-www-form-urlencoded`; a page may send that without asking first.
  @ParameterizedTest
  @ValueSource(strings = {"", "application/x-www-form-urlencoded", "text/plain"})
  void onlyProgramsNeedNotSayThatTheySendJson(String type) {
    try (TestServer test = new TestServer(OpenAiDialect::new)) {
      int expected = type.equals("text/plain") ? 415 : 200;
      assertThat(statusOfPost(test, type, Map.of())).isEqualTo(expected);
      String own = "http://127.0.0.1:" + test.port();
      for (Map<String, String> browser :
          List.of(
              Map.of("Origin", own),
              Map.of("Sec-Fetch-Site", "same-origin"),
              Map.of("sec-fetch-mode", "no-cors", "sec-fetch-dest", "empty"))) {
        assertThat(statusOfPost(test, type, browser)).as("%s", browser).isEqualTo(415);
        assertThat(statusOfPost(test, "application/json; charset=utf-8", browser)).isEqualTo(200);
      }
      assertThat(statusOfPost(test, type, Map.of("Origin", "https://evil.com"))).isEqualTo(403);
      assertThat(test.backend.asked).hasSize((type.equals("text/plain") ? 0 : 1) + 3);
    }
  }

  private static int statusOfPost(TestServer test, String type, Map<String, String> headers) {
    HttpRequest.Builder request =
        test.request("/v1/chat/completions").POST(HttpRequest.BodyPublishers.ofString(ASK));
    headers.forEach(request::header);
    if (!type.isEmpty()) {
      request.header("Content-Type", type);
    }
    return test.send(request.build()).statusCode();
  }

  @Test
  void pagesGetNoWebSocket() throws IOException {
    try (TestServer test = new TestServer(OpenAiDialect::new)) {
      String upgrade =
          "GET /v1/models HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\n"
              + "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
              + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
      assertThat(status(test, upgrade + "Origin: https://evil.com\r\n\r\n")).isEqualTo(403);
      assertThat(status(test, upgrade + "\r\n")).as("no other protocol").isEqualTo(200);
    }
  }

  @Test
  void listedPagesAndOwnPagesComeIn() {
    Security listed =
        new Security(
            List.of(), List.of("https://chat.example.org"), () -> KeyRing.EMPTY, Optional.empty());
    try (TestServer test = new TestServer(OpenAiDialect::new, LOOPBACK.withSecurity(listed))) {
      HttpResponse<String> answer =
          test.send(
              test.request("/v1/models").header("Origin", "https://chat.example.org").build());
      assertThat(answer.statusCode()).isEqualTo(200);
      assertThat(answer.headers().firstValue("Access-Control-Allow-Origin"))
          .hasValue("https://chat.example.org");
      HttpResponse<String> preflight =
          test.send(
              test.request("/v1/chat/completions")
                  .header("Origin", "https://chat.example.org")
                  .header("Access-Control-Request-Headers", "authorization,x-stainless-lang")
                  .method("OPTIONS", HttpRequest.BodyPublishers.noBody())
                  .build());
      assertThat(preflight.statusCode()).isEqualTo(204);
      assertThat(preflight.headers().firstValue("Access-Control-Allow-Headers"))
          .as("whatever headers a client of a page that may call sends")
          .hasValue("authorization,x-stainless-lang");
      String own = "http://127.0.0.1:" + test.port();
      HttpResponse<String> itself =
          test.send(test.request("/v1/models").header("Origin", own).build());
      assertThat(itself.statusCode()).isEqualTo(200);
      assertThat(itself.headers().firstValue("Access-Control-Allow-Origin")).isEmpty();
    }
  }

  @Test
  void refusesToListenWiderWithoutKeys() {
    for (String host : List.of("0.0.0.0", "::")) {
      assertThatThrownBy(() -> new TestServer(OpenAiDialect::new, LOOPBACK.withHost(host)).close())
          .isInstanceOf(ServerException.class)
          .hasMessageContaining("there are no keys");
    }
  }

  @Test
  void aServerForOthersTakesAddressesAndNoOtherNames() throws IOException {
    KeyRing ring = KeyRing.EMPTY.with(key("fh-secret", "ann", Access.USE, 0));
    try (TestServer test =
        new TestServer(
            OpenAiDialect::new,
            LOOPBACK.withHost("0.0.0.0").withSecurity(Security.LOCAL.withKeys(() -> ring)))) {
      assertThat(statusOfHost(test, "evil.com")).isEqualTo(403);
      assertThat(statusOfHost(test, "127.0.0.1")).isEqualTo(401);
      assertThat(statusOfHost(test, "localhost")).isEqualTo(401);
      assertThat(
              status(
                  test,
                  "GET /v1/models HTTP/1.1\r\nHost: 192.168.1.5\r\n"
                      + "Authorization: Bearer fh-secret\r\n\r\n"))
          .isEqualTo(200);
    }
  }

  @Test
  void keysOpenWhatTheirRoleAllows() {
    KeyRing ring =
        KeyRing.EMPTY
            .with(key("fh-user", "ann", Access.USE, 0))
            .with(key("fh-admin", "bob", Access.MANAGE, 0));
    Dialect managed = new ManagedDialect();
    try (TestServer test =
        new TestServer(
            backends -> managed, LOOPBACK.withSecurity(Security.LOCAL.withKeys(() -> ring)))) {
      assertThat(test.get("/health").statusCode()).isEqualTo(200);
      assertThat(test.get("/use").statusCode()).isEqualTo(401);
      assertThat(get(test, "/use", "Authorization", "Bearer fh-user")).isEqualTo(200);
      assertThat(get(test, "/use", "Authorization", "bearer fh-user")).isEqualTo(200);
      assertThat(get(test, "/use", "x-api-key", "fh-user")).isEqualTo(200);
      assertThat(get(test, "/use", "api-key", "fh-admin")).isEqualTo(200);
      assertThat(get(test, "/manage", "x-api-key", "fh-user")).isEqualTo(403);
      assertThat(get(test, "/manage", "x-api-key", "fh-admin")).isEqualTo(200);
      for (String wrong :
          List.of(
              "Bearer ",
              "Bearer fh-use",
              "Bearer fh-userx",
              "Basic fh-user",
              "fh-user",
              "Bearer ' OR 1=1 --",
              "Bearer \"fh-user\"",
              "Bearer " + "x".repeat(10_000))) {
        assertThat(get(test, "/use", "Authorization", wrong)).as(wrong).isEqualTo(401);
      }
      assertThat(test.get("/use?api_key=fh-user").statusCode()).isEqualTo(401);
    }
  }

  private static int get(TestServer test, String path, String header, String value) {
    return test.send(test.request(path).header(header, value).build()).statusCode();
  }

  /// Two routes for two roles.
  private static final class ManagedDialect implements Dialect {
    private final OpenAiDialect words = new OpenAiDialect(new ScriptedBackend().backends());

    @Override
    public List<Route> routes() {
      return List.of(
          Route.get("/use", Access.USE, exchange -> exchange.reply(error())),
          Route.get("/manage", Access.MANAGE, exchange -> exchange.reply(error())));
    }

    private tools.jackson.databind.JsonNode error() {
      return tools.jackson.databind.node.JsonNodeFactory.instance.objectNode();
    }

    @Override
    public tools.jackson.databind.JsonNode error(Problem problem, String requestId) {
      return words.error(problem, requestId);
    }

    @Override
    public String brokenOff(Problem problem, String requestId) {
      return words.brokenOff(problem, requestId);
    }
  }

  @Test
  void theBackendLearnsWhoAsksAndNothingTellsTheKey() {
    String secret = KeyRing.generate(new SecureRandom());
    KeyRing ring = KeyRing.EMPTY.with(key(secret, "ann", Access.USE, 2));
    Log log = new Log();
    try (TestServer test =
        new TestServer(
            OpenAiDialect::new,
            LOOPBACK.withLog(log).withSecurity(Security.LOCAL.withKeys(() -> ring)))) {
      HttpRequest ask =
          test.request("/v1/chat/completions")
              .header("Authorization", "Bearer " + secret)
              .header("Content-Type", "application/json")
              .POST(HttpRequest.BodyPublishers.ofString(ASK))
              .build();
      assertThat(test.send(ask).statusCode()).isEqualTo(200);
      assertThat(test.backend.last().caller().name()).isEqualTo("ann");
      HttpResponse<String> metrics =
          test.send(test.request("/metrics").header("x-api-key", secret).build());
      assertThat(metrics.statusCode()).isEqualTo(200);
      HttpResponse<String> third = test.send(ask);
      for (int i = 0; i < 10 && third.statusCode() == 200; i++) { // where half a minute passed
        third = test.send(ask);
      }
      assertThat(third.statusCode()).isEqualTo(429);
      assertThat(third.headers().firstValueAsLong("Retry-After").orElseThrow()).isBetween(1L, 31L);
      HttpResponse<String> path =
          test.send(test.request("/v1/" + secret).header("x-api-key", secret).build());
      assertThat(log.lines.toString() + metrics.body() + third.body())
          .contains("\"caller\":\"ann\"")
          .contains("\"prompt_tokens\":7")
          .doesNotContain(secret)
          .doesNotContain(secret.substring(3))
          .doesNotContain("A secret question");
      assertThat(path.statusCode()).isEqualTo(404);
    }
  }

  @Test
  void keysAreKeptAsDigestsAndReadAgainWhenTheyChange(@TempDir Path folder) throws Exception {
    Path file = folder.resolve("keys/keys.json");
    assertThat(KeyRing.read(file).isEmpty()).isTrue();
    String secret = KeyRing.generate(new SecureRandom());
    assertThat(secret).matches("fh-[A-Za-z0-9_-]{43}");
    KeyRing ring = KeyRing.EMPTY.with(key(secret, "ann", Access.MANAGE, 60));
    ring.write(file);
    assertThat(Files.readString(file)).doesNotContain(secret).contains(KeyRing.digest(secret));
    assertThat(Files.getPosixFilePermissions(file)).hasSize(2);
    assertThat(KeyRing.read(file)).isEqualTo(ring);
    KeyFile watched = new KeyFile(file);
    assertThat(watched.get()).isEqualTo(ring);
    ring.without("ann").write(file);
    Thread.sleep(700);
    assertThat(watched.get().isEmpty()).isTrue();
    Files.writeString(file, "{\"keys\":[{\"name\":\"x\"}]}");
    Thread.sleep(700);
    assertThat(watched.get().isEmpty()).as("a broken file changes nothing").isTrue();
    assertThatThrownBy(() -> new KeyFile(file))
        .isInstanceOf(ServerException.class)
        .hasMessageContaining("keys[0].sha256: is missing");
    assertThatThrownBy(() -> ring.with(key("fh-2", "ann", Access.USE, 0)))
        .hasMessageContaining("ann has a key already");
    assertThatThrownBy(() -> ring.without("bob")).hasMessageContaining("no key of \"bob\"");
  }

  @Test
  void tooManyHeadersAreRefused() throws IOException {
    try (TestServer test = new TestServer(OpenAiDialect::new)) {
      StringBuilder request = new StringBuilder("GET /health HTTP/1.1\r\nHost: localhost\r\n");
      for (int i = 0; i < 200; i++) {
        request.append("X-").append(i).append(": 1\r\n");
      }
      assertThat(status(test, request + "\r\n")).isEqualTo(431);
    }
  }

  @Test
  void quotasFillEvenlyAndTokensMayRunIntoDebt() {
    long[] now = {0};
    Quotas quotas = new Quotas(() -> now[0]);
    KeyRing.Key key =
        new KeyRing.Key(
            "ann", Access.USE, KeyRing.digest("k"), Instant.EPOCH, 0, 600, Caller.Priority.NORMAL);
    quotas.admit(key);
    quotas.used("ann", 700);
    assertThatThrownBy(() -> quotas.admit(key))
        .isInstanceOfSatisfying(
            ServerException.class,
            refused -> {
              assertThat(refused.problem().kind()).isEqualTo(Problem.Kind.OVERLOADED);
              assertThat(refused.problem().retryAfter().toSeconds()).isBetween(10L, 12L);
            });
    now[0] = 11_000_000_000L;
    quotas.admit(key);
    quotas.used("nobody", 5);
  }
}
