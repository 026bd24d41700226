package dev.freehold.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// `serve --gateway` from its file to what clients of all dialects see, with the demo model as the
/// last resort.
@Timeout(value = 300, unit = TimeUnit.SECONDS)
class ServedGatewayTest {
  private static final String ROUTES =
      """
      backends:
        vendor: {url: "http://127.0.0.1:PORT/v1", key: {environment: VENDOR_KEY}}
      routes:
        default:
          targets: [{backend: vendor, model: vendor-model}]
        fails:
          after-cut: fail
          targets: [{backend: vendor, model: vendor-model}]
      """;

  @TempDir private Path home = Path.of("unset");
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private final FakeVendor vendor;
  private Thread server = new Thread(() -> {});
  private Path file = Path.of("unset");
  private int port;

  ServedGatewayTest() throws IOException {
    vendor = new FakeVendor();
  }

  @BeforeEach
  void start() throws Exception {
    file = home.resolve("gateway.yaml");
    Files.writeString(file, routes());
    Surroundings surroundings =
        new Surroundings(
            Map.of("FREEHOLD_PORT", "0", "VENDOR_KEY", "sk-planted-secret"),
            home,
            new ByteArrayInputStream(new byte[0]),
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            Clock.systemUTC());
    server = new Thread(() -> Main.run(surroundings, "serve", "demo", "--gateway", "" + file));
    server.start();
    while (!text(out).endsWith("\n")) {
      assertThat(server.isAlive()).as(text(err)).isTrue();
      Thread.sleep(20);
    }
    String line = text(out).strip();
    port = Integer.parseInt(line.substring(line.lastIndexOf(':') + 1));
  }

  private String routes() {
    return ROUTES.replace("PORT", "" + vendor.port());
  }

  private static String text(ByteArrayOutputStream bytes) {
    return bytes.toString(StandardCharsets.UTF_8);
  }

  @AfterEach
  void stop() throws InterruptedException {
    server.interrupt();
    server.join();
    vendor.close();
  }

  /// The whole answer as it came, chunks and all.
  private String send(String method, String path, String body, String... headers)
      throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      StringBuilder request = new StringBuilder();
      request.append(method).append(' ').append(path).append(" HTTP/1.1\r\nHost: localhost\r\n");
      request.append("Connection: close\r\nContent-Type: application/json\r\n");
      for (String header : headers) {
        request.append(header).append("\r\n");
      }
      byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
      request.append("Content-Length: ").append(bytes.length).append("\r\n\r\n").append(body);
      socket.getOutputStream().write(request.toString().getBytes(StandardCharsets.UTF_8));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private String chat(String more, String... headers) throws IOException {
    String body =
        "{%s\"max_tokens\":8,\"messages\":[{\"role\":\"user\",\"content\":\"Who are you?\"}]}";
    return send("POST", "/v1/chat/completions", body.formatted(more), headers);
  }

  private String messages(String more) throws IOException {
    String body =
        "{%s,\"max_tokens\":8,\"messages\":[{\"role\":\"user\",\"content\":\"Who are you?\"}]}";
    return send("POST", "/v1/messages", body.formatted(more), "anthropic-version: 2023-06-01");
  }

  @Test
  void everyDialectSaysWhoServed() throws Exception {
    String ollama =
        "{\"model\":\"default\",\"stream\":%s,\"messages\":[{\"role\":\"user\",\"content\":"
            + "\"a\"}]}";
    String responses = "{\"model\":\"default\",\"stream\":%s,\"input\":\"a\"}";
    for (String answer :
        List.of(
            chat(""),
            chat("\"stream\":true,"),
            messages("\"model\":\"default\""),
            messages("\"model\":\"default\",\"stream\":true"),
            send("POST", "/api/chat", ollama.formatted("false")),
            send("POST", "/api/chat", ollama.formatted("true")),
            send("POST", "/v1/responses", responses.formatted("false")),
            send("POST", "/v1/responses", responses.formatted("true")))) {
      assertThat(answer)
          .startsWith("HTTP/1.1 200 ")
          .contains("x-freehold-backend: vendor\r\n")
          .contains("x-freehold-model: vendor-model-2\r\n")
          .containsPattern("x-freehold-request: [0-9a-f]{32}\r\n")
          .contains("\"model\":\"vendor-model-2\"")
          .contains("machine.");
    }
    assertThat(text(err)).contains("\"backend\":\"vendor\",\"served_model\":\"vendor-model-2\"");
    assertThat(vendor.requests).hasSize(8).allMatch(r -> r.contains("\"model\":\"vendor-model\""));
    assertThat(send("GET", "/v1/models", "")).contains("\"default\"").contains("\"demo\"");
  }

  @Test
  void aCutVendorIsContinuedByTheEngineOrToldAsPartial() throws Exception {
    vendor.breaksAfter = 2;
    String continued = chat("\"stream\":true,");
    assertThat(continued)
        .contains("Not ", "from ", "\"provider\":\"vendor\"", "\"provider\":\"engine\"")
        .contains("\"finish_reason\":\"", "data: [DONE]");
    assertThat(chat("\"stream\":true,\"model\":\"fails\","))
        .contains("from ", "\"partial\":true")
        .doesNotContain("[DONE]");
    assertThat(messages("\"stream\":true,\"model\":\"fails\""))
        .contains("event: error", "\"partial\":true")
        .doesNotContain("message_stop");
    assertThat(chat("\"model\":\"fails\",")) // nothing was told: another may begin anew
        .startsWith("HTTP/1.1 200 ")
        .contains("x-freehold-backend: engine\r\n")
        .doesNotContain("from ");
  }

  @Test
  void localOnlyNeverLeaves() throws Exception {
    assertThat(chat("", "x-freehold-local-only: true"))
        .contains("x-freehold-backend: engine\r\n")
        .contains("\"model\":\"demo\"");
    assertThat(chat("", "x-freehold-local-only: maybe")).startsWith("HTTP/1.1 400 ");
    assertThat(vendor.requests).isEmpty();
  }

  /// K1, K2, K6: upstreams come from the configuration only, and clients' headers go no further.
  @Test
  void clientsDoNotChooseUpstreams() throws Exception {
    String lead = "\"api_base\":\"http://127.0.0.1:1/\",\"base_url\":\"http://127.0.0.1:1/\",";
    assertThat(
            chat(
                lead,
                "X-Forwarded-Host: evil.example",
                "Idempotency-Key: same",
                "Authorization: Bearer ' OR 1=1",
                "x-custom: leak"))
        .contains("x-freehold-backend: vendor\r\n");
    assertThat(vendor.requests).hasSize(1);
    assertThat(vendor.requests.getFirst())
        .contains("Authorization: Bearer sk-planted-secret")
        .doesNotContain("evil.example", "Idempotency", "OR 1=1", "leak", "api_base");
    assertThat(chat("\"model\":\"http://127.0.0.1:1/v1\",")).startsWith("HTTP/1.1 404 ");
    assertThat(vendor.requests).hasSize(1);
  }

  @Test
  void aNewFileIsUsedWithoutDroppingRequests() throws Exception {
    AtomicBoolean isOver = new AtomicBoolean();
    AtomicInteger good = new AtomicInteger();
    AtomicInteger bad = new AtomicInteger();
    Thread load =
        Thread.startVirtualThread(() -> {
          while (!isOver.get()) {
            try {
              boolean isGood = chat("").contains("machine.");
              (isGood ? good : bad).incrementAndGet();
            } catch (IOException dropped) {
              bad.incrementAndGet();
            }
          }
        });
    while (good.get() + bad.get() == 0) { // the test has a limit of time
      Thread.sleep(5);
    }
    replace("routes: {default: {targets: 5}}\n");
    await("the old configuration stays: ");
    assertThat(text(err)).contains("routes.default.targets: expected a list");
    replace(routes().replace("fails:", "renamed:"));
    await("is in use");
    isOver.set(true);
    load.join();
    assertThat(bad.get()).isZero();
    assertThat(good.get()).isPositive();
    assertThat(chat("\"model\":\"renamed\",")).contains("machine.");
    assertThat(chat("\"model\":\"fails\","))
        .startsWith("HTTP/1.1 404 ")
        .contains("is no model of this machine and no route; routes are ", "renamed");
  }

  /// Puts a new file in the place of the old one whole: a half-written one would be read too.
  private void replace(String text) throws IOException {
    Path draft = Files.writeString(home.resolve("draft.yaml"), text);
    Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
  }

  private void await(String told) throws InterruptedException {
    for (int i = 0; !text(err).contains(told); i++) {
      assertThat(i).as(text(err)).isLessThan(6000);
      Thread.sleep(20);
    }
  }

  @Test
  void keysShowNowhere() throws Exception {
    vendor.breaksAfter = -1;
    StringBuilder all = new StringBuilder();
    all.append(chat("\"model\":\"default\","));
    all.append(chat("\"stream\":true,"));
    all.append(send("GET", "/v1/models", "")).append(send("GET", "/metrics", ""));
    all.append(send("GET", "/page/state", "")).append(send("GET", "/api/tags", ""));
    replace(routes() + "keys: sk-planted-secret\n".replace("sk-planted-", ""));
    await("the old configuration stays");
    all.append(text(out)).append(text(err));
    assertThat(all.toString()).contains("x-freehold-backend: engine").doesNotContain("sk-planted");
  }
}
