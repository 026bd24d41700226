package dev.freehold.server.page;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// A Chromium without a window, driven over the DevTools protocol.
final class Browser implements AutoCloseable {
  static final JsonMapper JSON = JsonMapper.builder().build();
  private static final Pattern ADDRESS = Pattern.compile("DevTools listening on (ws://\\S+)");
  private static final int PATIENCE_SECONDS = 90;

  private final Process process;
  private final Path profile;
  private final HttpClient client = HttpClient.newHttpClient();
  private final WebSocket socket;
  private final AtomicInteger calls = new AtomicInteger();
  private final Map<Integer, CompletableFuture<JsonNode>> waiting = new ConcurrentHashMap<>();
  private final Map<String, Consumer<JsonNode>> listeners = new ConcurrentHashMap<>();

  private Browser(Process process, Path profile, URI address) {
    this.process = process;
    this.profile = profile;
    this.socket = client.newWebSocketBuilder().buildAsync(address, new Messages()).join();
  }

  /// The browser of this machine: what `freehold.chromium` names, or `chromium` on the path.
  static Optional<Path> program() {
    String named = System.getProperty("freehold.chromium", "");
    if (!named.isEmpty()) {
      return Optional.of(Path.of(named));
    }
    String path = Optional.ofNullable(System.getenv("PATH")).orElse("");
    return Stream.of("chromium", "chromium-browser", "google-chrome")
        .flatMap(name -> Stream.of(path.split(File.pathSeparator)).map(at -> Path.of(at, name)))
        .filter(Files::isExecutable)
        .findFirst();
  }

  static Browser start(Path program) throws IOException {
    Path profile = Files.createTempDirectory("chromium");
    List<String> command =
        new ArrayList<>(
            List.of(
                program.toString(),
                "--headless=new",
                "--remote-debugging-port=0",
                "--user-data-dir=" + profile,
                "--no-first-run",
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-extensions",
                "--disable-sync"));
    if (System.getProperty("user.name").equals("root")) {
      command.add("--no-sandbox"); // which Chromium's sandbox demands of root
    }
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectErrorStream(false);
    builder.environment().put("TMPDIR", profile.toString()); // whatever it makes is deleted
    Process process = builder.start();
    return new Browser(process, profile, address(process));
  }

  private static URI address(Process process) throws IOException {
    BufferedReader errors = process.errorReader(StandardCharsets.UTF_8);
    StringBuilder said = new StringBuilder();
    for (String line = errors.readLine(); line != null; line = errors.readLine()) {
      said.append(line).append('\n');
      Matcher matcher = ADDRESS.matcher(line);
      if (matcher.find()) {
        Thread.ofVirtual().start(() -> errors.lines().forEach(ignored -> {}));
        return URI.create(matcher.group(1));
      }
    }
    throw new IOException("Chromium did not start: " + said);
  }

  /// A tab with storage of its own.
  Tab open() {
    String context =
        call("", "Target.createBrowserContext", JSON.createObjectNode())
            .path("browserContextId")
            .asString();
    JsonNode target =
        call(
            "",
            "Target.createTarget",
            JSON.createObjectNode().put("url", "about:blank").put("browserContextId", context));
    String session =
        call(
                "",
                "Target.attachToTarget",
                JSON.createObjectNode()
                    .put("targetId", target.path("targetId").asString())
                    .put("flatten", true))
            .path("sessionId")
            .asString();
    return new Tab(this, session, context);
  }

  /// Tells each event of a session to a listener.
  void listen(String session, Consumer<JsonNode> listener) {
    listeners.put(session, listener);
  }

  /// Calls a method of the protocol and waits for its result.
  synchronized CompletableFuture<JsonNode> send(String session, String method, JsonNode values) {
    int id = calls.incrementAndGet();
    ObjectNode message = JSON.createObjectNode().put("id", id).put("method", method);
    message.set("params", values);
    if (!session.isEmpty()) {
      message.put("sessionId", session);
    }
    CompletableFuture<JsonNode> result = new CompletableFuture<>();
    waiting.put(id, result);
    socket.sendText(message.toString(), true).join();
    return result;
  }

  JsonNode call(String session, String method, JsonNode values) {
    try {
      JsonNode answer = send(session, method, values).get(PATIENCE_SECONDS, TimeUnit.SECONDS);
      if (answer.has("error")) {
        throw new AssertionError(method + ": " + answer.path("error"));
      }
      return answer.path("result");
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw new AssertionError(stopped);
    } catch (ExecutionException | TimeoutException failure) {
      throw new AssertionError(method + ": no answer from Chromium", failure);
    }
  }

  @Override
  public void close() throws IOException {
    socket.abort();
    client.close();
    List<ProcessHandle> below = process.descendants().toList();
    below.forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly().onExit().join();
    below.forEach(each -> each.onExit().join()); // nobody writes into the profile any more
    try (Stream<Path> files = Files.walk(profile)) {
      files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
    }
  }

  /// What Chromium says: results of calls, and events.
  private final class Messages implements WebSocket.Listener {
    private final StringBuilder text = new StringBuilder();

    @Override
    public CompletionStage<?> onText(WebSocket from, CharSequence part, boolean isLast) {
      text.append(part);
      if (isLast) {
        JsonNode message = JSON.readTree(text.toString());
        text.setLength(0);
        take(message);
      }
      from.request(1);
      return CompletableFuture.completedFuture(null);
    }

    private void take(JsonNode message) {
      if (message.has("id")) {
        CompletableFuture<JsonNode> result = waiting.remove(message.path("id").asInt());
        if (result != null) {
          result.complete(message);
        }
        return;
      }
      Consumer<JsonNode> listener = listeners.get(message.path("sessionId").asString(""));
      if (listener != null) {
        listener.accept(message);
      }
    }

    @Override
    public void onError(WebSocket from, Throwable failure) {
      waiting.values().forEach(result -> result.completeExceptionally(failure));
    }
  }
}
