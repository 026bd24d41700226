package dev.freehold.bench.serving;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Keys are planted, and a gateway meets vendors that fail in many ways and repeat the key wherever
/// they can; then all that its process wrote and told is searched for them.
@Timeout(value = 300, unit = TimeUnit.SECONDS)
class GatewaySecretsTest {
  /// The first letters of each, so that a part of a key is found as well.
  private static final List<String> MARKS = List.of("pLanted1", "pLanted2", "pLanted3", "pLanted4");

  private static final int REQUESTS = 4;
  private static final String OF_ENVIRONMENT = MARKS.get(0) + "ofTheEnvironment0123456789";
  private static final String OF_FILE = MARKS.get(1) + "ofTheFile/0123456789+abc==";
  private static final String OF_CLIENT = MARKS.get(2) + "ofTheClient0123456789";
  private static final String PASTED = MARKS.get(3) + "pastedIntoTheRoutes0123456789";

  @TempDir private Path folder = Path.of("unset");
  private final StringBuilder told = new StringBuilder();

  /// A route for each request, since a target that fails is left alone for a while.
  private static String routes(FakeVendor north, FakeVendor south) {
    StringBuilder routes = new StringBuilder();
    for (int i = 0; i < REQUESTS; i++) {
      for (String vendor : List.of("north", "south")) {
        routes.append(
            "  %s-%d: {last-resort: false, targets: [{backend: %s, model: m%d}]}%n"
                .formatted(vendor, i, vendor, i));
      }
    }
    return """
    backends:
      north:
        url: "http://127.0.0.1:%d/v1"
        key: {environment: NORTH_KEY}
      south:
        shape: anthropic
        url: "http://127.0.0.1:%d/v1"
        keys: [{file: south.key}, {environment: NORTH_KEY}]
    retries: {pause: 1ms, longest-pause: 1ms}
    routes:
    %s
    """
        .formatted(north.port(), south.port(), routes);
  }

  /// A vendor's key as it came with the request.
  private static String key(VendorAnswer answer) {
    Map<String, String> headers = answer.request().headers();
    return headers
        .getOrDefault("authorization", headers.getOrDefault("x-api-key", "none"))
        .replace("Bearer ", "");
  }

  private static FakeVendor.Script status(int status, String type, String before) {
    return answer ->
        answer.error(
            status,
            "Retry-After: 0\r\nX-Key: %s\r\n".formatted(key(answer)),
            type,
            before + key(answer) + " is the key, in full " + key(answer));
  }

  private static FakeVendor.Script piece(String text) {
    return answer -> {
      answer.begin("m-1");
      answer.text("It begins ");
      answer.piece(text.replace("KEY", key(answer)));
      answer.reset();
    };
  }

  private static FakeVendor.Script head(int status, String headers, String body) {
    return answer ->
        answer.reply(status, headers.replace("KEY", key(answer)), body.replace("KEY", key(answer)));
  }

  /// What a vendor does, by name.
  private static Map<String, FakeVendor.Script> failures() {
    Map<String, FakeVendor.Script> all = new LinkedHashMap<>();
    for (int status : List.of(400, 401, 402, 403, 404, 407, 413, 422, 429, 451, 500, 503, 529)) {
      all.put("status " + status, status(status, "some_error", "You sent "));
    }
    all.put("no funds", status(429, "insufficient_quota", ""));
    for (int before = 270; before < 300; before += 7) {
      all.put("cut off after " + before, status(500, "server_error", "x".repeat(before)));
    }
    all.put("type", status(400, "KEY", ""));
    all.put(
        "model",
        answer -> {
          answer.begin(key(answer));
          answer.text("fine");
          answer.end("stop");
        });
    all.put("reason", piece("data: {\"choices\":[{\"delta\":{},\"finish_reason\":\"KEY\"}]}\n\n"));
    all.put(
        "reason there",
        piece(
            "event: message_delta\ndata: {\"type\":\"message_delta\",\"delta\":{\"stop_reason\":"
                + "\"KEY\"}}\n\n"));
    all.put("no JSON", piece("data: {KEY\n\n".repeat(5)));
    all.put("error", piece("data: {\"error\":{\"message\":\"key KEY\",\"type\":\"KEY\"}}\n\n"));
    all.put(
        "error there",
        piece(
            "event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\","
                + "\"message\":\"KEY\"}}\n\n"));
    all.put("page", head(200, "Content-Type: text/html\r\n", "<h1>KEY</h1>"));
    all.put("page of an error", head(502, "", "<h1>KEY</h1>"));
    all.put("coding", head(200, "Content-Encoding: KEY\r\n", "{}"));
    all.put("redirect", head(302, "Location: http://127.0.0.1:1/KEY\r\n", ""));
    all.put("wait", head(429, "Retry-After: KEY\r\n", "{}"));
    all.put("reset", VendorAnswer::reset);
    all.put("nonsense", answer -> answer.piece("KEY is no HTTP".replace("KEY", key(answer))));
    return all;
  }

  private void ask(URI address, String path, String json, String... headers) throws IOException {
    String head = String.join("", Stream.of(headers).map(line -> line + "\r\n").toList());
    byte[] request =
        json.isEmpty()
            ? "GET %s HTTP/1.1\r\nHost: localhost\r\n%s\r\n"
                .formatted(path, head)
                .getBytes(StandardCharsets.UTF_8)
            : new String(Link.post(address, path, json), StandardCharsets.UTF_8)
                .replaceFirst("\r\n", "\r\n" + head)
                .getBytes(StandardCharsets.UTF_8);
    try (Link link = new Link(address)) {
      told.append(link.ask(request, "").text());
    } catch (IOException broken) {
      told.append(broken); // a stream that breaks off tells what came
    }
  }

  private void askAll(URI address, String routes) throws IOException {
    int number = 0;
    for (boolean isStream : List.of(false, true)) {
      String body =
          "{\"model\":\"%s\",\"stream\":%s,\"max_tokens\":9,\"messages\":[{\"role\":\"user\","
              + "\"content\":\"a\"}]}";
      String first = body.formatted(routes + "-" + number++, isStream);
      ask(address, "/v1/chat/completions", first, "Authorization: Bearer " + OF_CLIENT);
      String second = body.formatted(routes + "-" + number++, isStream);
      ask(address, "/v1/messages", second, "x-api-key: " + OF_CLIENT);
    }
  }

  private static String run(String... command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(said).isZero();
    return said;
  }

  private static void reload(GatewayHome home, String routes)
      throws IOException, InterruptedException {
    long before = Files.readString(home.log()).lines().filter(l -> l.startsWith("gateway")).count();
    home.withRoutes(routes);
    while (Files.readString(home.log()).lines().filter(l -> l.startsWith("gateway")).count()
        == before) {
      Thread.sleep(20);
    }
  }

  @Test
  void keysShowNowhere() throws Exception {
    Path key = Files.writeString(folder.resolve("south.key"), OF_FILE + "\n");
    GatewayHome home = new GatewayHome(folder, Map.of("NORTH_KEY", OF_ENVIRONMENT));
    List<String> command = new ArrayList<>(ServerProcess.ownCommand());
    command.addAll(1, List.of("-Xmx512m", "-XX:TieredStopAtLevel=1"));
    FakeVendor.Script first = VendorAnswer::reset;
    try (FakeVendor north = new FakeVendor(FakeVendor.Form.OPENAI, true, first);
        FakeVendor south = new FakeVendor(FakeVendor.Form.ANTHROPIC, true, first)) {
      int version = 0;
      String good = routes(north, south);
      try (ServerProcess gateway = ServerProcess.gateway(command, home.withRoutes(good))) {
        URI address = gateway.address();
        for (var failure : failures().entrySet()) {
          told.append("\n== ").append(failure.getKey()).append('\n');
          north.does(failure.getValue());
          south.does(failure.getValue());
          // Other names have other benches, so that each failure is met.
          String renamed =
              good.replace("north", "north" + ++version)
                  .replace("south", "south" + version)
                  .replace("south" + version + ".key", "south.key");
          home.withRoutes(renamed);
          run("kill", "-HUP", "" + gateway.pid());
          awaitModel(address, "south" + version + "-0");
          askAll(address, "north" + version);
          askAll(address, "south" + version);
        }
        for (String path :
            List.of(
                "/metrics",
                "/page/state",
                "/page/usage",
                "/page/usage?by=model",
                "/v1/models",
                "/health",
                "/usage",
                "/api/ps",
                "/nowhere")) {
          ask(address, path, "", "Authorization: Bearer " + OF_CLIENT);
        }
        reload(home, good.replace("key: {environment: NORTH_KEY}", "key: " + PASTED));
        reload(home, good.replace("key: {environment: NORTH_KEY}", "key: {file: " + PASTED + "}"));
        reload(home, good.replace("environment: NORTH_KEY}]", "environment: " + PASTED + "}]"));
        reload(home, good.replace("keys: [", "keys: [" + PASTED + ", "));
        reload(home, good.replace("{environment: NORTH_KEY}\n", "\"" + PASTED + ": {\n"));
        reload(home, good.replace("http://", "http://me:" + PASTED + "@"));
        told.append(run(jdk("jcmd"), "" + gateway.pid(), "Thread.print"));
        gateway.close();
        told.append(gateway.laterOutput());
      }
      assertThat(north.requests())
          .anyMatch(r -> r.headers().containsValue("Bearer " + OF_ENVIRONMENT));
      assertThat(south.requests()).anyMatch(r -> r.headers().containsValue(OF_FILE));
      for (FakeVendor vendor : List.of(north, south)) {
        assertThat(vendor.requests())
            .noneMatch(r -> r.headers().values().stream().anyMatch(v -> v.contains(MARKS.get(2))));
      }
    }
    Files.delete(key);
    Files.delete(home.routes());
    assertThat(Files.size(home.ledger())).isPositive();
    assertThat(told).contains("[key]", "freehold_http_requests_total", "It begins ", "\"main\" #");
    search("what was told", told.toString());
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        search(file.toString(), new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1));
      }
    }
  }

  private void awaitModel(URI address, String route) throws IOException, InterruptedException {
    while (true) {
      try (Link link = new Link(address)) {
        byte[] request =
            "GET /v1/models HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.UTF_8);
        if (link.ask(request, "").contains("\"" + route + "\"")) {
          return;
        }
      }
      Thread.sleep(5);
    }
  }

  private static String jdk(String program) {
    return Path.of(System.getProperty("java.home"), "bin", program).toString();
  }

  /// Tells where a mark is, with what stands around it.
  private static void search(String where, String text) {
    for (String mark : MARKS) {
      int at = text.indexOf(mark);
      assertThat(at < 0 ? "" : text.substring(Math.max(0, at - 400), at + mark.length()))
          .as("%s holds %s", where, mark)
          .isEmpty();
    }
  }
}
