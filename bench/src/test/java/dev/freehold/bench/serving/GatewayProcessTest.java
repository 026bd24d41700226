package dev.freehold.bench.serving;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A gateway in a process of its own that is killed, told to read its file again, and whose engine
/// is killed, in mid-traffic.
@Timeout(value = 300, unit = TimeUnit.SECONDS)
class GatewayProcessTest {
  private static final int CLIENTS = 8;
  private static final long BEAT_MILLIS = 10;
  private static final long SETTLED_BEATS = 1000 / BEAT_MILLIS;
  private static final String ASKED =
      "{\"model\":\"%s\",\"stream\":%s,\"messages\":[{\"role\":\"user\",\"content\":\"%s\"}]}";
  private static final String PRICES =
      "currency: EUR\nprices: [{backend: \"*\", model: \"*\", input: 100, cached: 100, output:"
          + " 1000}]\n";

  @TempDir private Path folder = Path.of("unset");

  private List<String> command() {
    List<String> command = new ArrayList<>(ServerProcess.ownCommand());
    String temporary = "-Djava.io.tmpdir=" + folder; // where a killed process leaves a library
    command.addAll(1, List.of("-Xmx512m", "-XX:TieredStopAtLevel=1", temporary));
    return command;
  }

  private GatewayHome home(String routes) throws IOException {
    GatewayHome home = new GatewayHome(folder, Map.of()).withRoutes(routes);
    Files.createDirectories(home.prices().getParent());
    Files.writeString(home.prices(), PRICES);
    return home;
  }

  private static Link.Reply ask(URI address, String model, boolean isStream, String text)
      throws IOException {
    String json = ASKED.formatted(model, isStream, text);
    try (Link link = new Link(address)) {
      return link.ask(Link.post(address, "/v1/chat/completions", json), "");
    }
  }

  private static boolean isWhole(Link.Reply reply, boolean isStream) {
    return reply.contains("HTTP/1.1 200 ")
        && reply.contains("\"finish_reason\":\"stop\"")
        && !reply.contains("\"error\"")
        && (!isStream || reply.contains("data: [DONE]"));
  }

  /// Says the number that it was asked, and counts as many tokens.
  private static void echo(VendorAnswer answer) throws IOException, InterruptedException {
    String number = answer.body().at("/messages/0/content").asString();
    answer.begin("m-1");
    for (int i = 0; i < 4; i++) {
      answer.text(number + " ");
      Thread.sleep(1);
    }
    answer.end("stop", Integer.parseInt(number));
  }

  /// Requests as the ledger has them, by the number of tokens of their prompts.
  private Map<Integer, List<JsonNode>> ledger(GatewayHome home)
      throws IOException, InterruptedException {
    List<String> line = new ArrayList<>(command());
    line.addAll(List.of("usage", "export"));
    ProcessBuilder builder =
        new ProcessBuilder(line).redirectError(folder.resolve("usage.log").toFile());
    builder.environment().keySet().removeIf(name -> name.startsWith("XDG_"));
    builder.environment().put("HOME", home.dir().toString());
    Process process = builder.start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(Files.readString(folder.resolve("usage.log"))).isEqualTo(0);
    return said.lines()
        .map(JsonMapper.shared()::readTree)
        .collect(Collectors.groupingBy(row -> row.path("prompt_tokens").asInt()));
  }

  /// Requests that were asked in one life of a gateway.
  ///
  /// @param whole when the clients had all of their answers, by number
  private record Life(Map<Integer, Long> whole, long killed) {}

  /// Counts time that this machine works: little goes by while it stands still, when a gateway
  /// settles nothing either.
  private static final class WorkingTime implements AutoCloseable {
    private final AtomicLong beats = new AtomicLong();
    private final Thread thread = Thread.ofPlatform().daemon().start(this::beat);

    private void beat() {
      try {
        while (true) {
          Thread.sleep(BEAT_MILLIS);
          beats.incrementAndGet();
        }
      } catch (InterruptedException over) {
        Thread.currentThread().interrupt();
      }
    }

    long beats() {
      return beats.get();
    }

    @Override
    public void close() {
      thread.interrupt();
    }
  }

  private static Life killed(ServerProcess gateway, AtomicInteger numbers, int answers)
      throws InterruptedException {
    Map<Integer, Long> whole = new ConcurrentHashMap<>();
    AtomicBoolean isDead = new AtomicBoolean();
    List<Thread> clients = new ArrayList<>();
    WorkingTime time = new WorkingTime();
    for (int i = 0; i < CLIENTS; i++) {
      clients.add(
          Thread.startVirtualThread(() -> {
            while (!isDead.get()) {
              int number = numbers.incrementAndGet();
              try {
                boolean isStream = number % 2 == 0;
                if (isWhole(ask(gateway.address(), "default", isStream, "" + number), isStream)) {
                  whole.put(number, time.beats());
                }
              } catch (IOException broken) {
                continue; // it is being killed
              }
            }
          }));
    }
    while (whole.size() < answers) {
      Thread.sleep(5);
    }
    gateway.kill();
    long killed = time.beats();
    time.close();
    isDead.set(true);
    for (Thread client : clients) {
      client.join();
    }
    return new Life(whole, killed);
  }

  private void killsLoseNoBill(int kills, int answers) throws Exception {
    try (FakeVendor vendor =
        new FakeVendor(FakeVendor.Form.OPENAI, true, GatewayProcessTest::echo)) {
      GatewayHome home =
          home(
              """
              backends: {vendor: {url: "http://127.0.0.1:%d/v1"}}
              routes: {default: {last-resort: false, targets: [{backend: vendor, model: m}]}}
              """
                  .formatted(vendor.port()));
      AtomicInteger numbers = new AtomicInteger(1000);
      List<Life> lives = new ArrayList<>();
      for (int i = 0; i < kills; i++) {
        lives.add(killed(ServerProcess.gateway(command(), home), numbers, answers));
      }
      ServerProcess.gateway(command(), home).close(); // it repairs what the last kill left
      Map<Integer, List<JsonNode>> rows = ledger(home);

      Set<String> ids = new TreeSet<>();
      int settled = 0;
      for (var entry : rows.entrySet()) {
        for (JsonNode row : entry.getValue()) {
          assertThat(ids.add(row.path("id").asString())).as("an id twice").isTrue();
          if (row.path("outcome").asString().equals("ok")) {
            assertThat(entry.getValue()).as("billed twice: %s", entry).hasSize(1);
            assertThat(row.path("attempts")).hasSize(1);
            long micros = entry.getKey() * 100L + VendorAnswer.ANSWER_TOKENS * 1000L;
            assertThat(row.path("cost_micros").asLong()).isEqualTo(micros);
            settled++;
          } else {
            assertThat(row.path("outcome").asString()).isEqualTo("interrupted");
          }
        }
      }
      assertThat(settled).isLessThanOrEqualTo(vendor.answered());
      int lost = 0;
      int whole = 0;
      for (Life life : lives) {
        whole += life.whole().size();
        for (var answered : life.whole().entrySet()) {
          boolean isMissing = !rows.containsKey(answered.getKey());
          lost += isMissing ? 1 : 0;
          assertThat(isMissing && life.killed() - answered.getValue() > SETTLED_BEATS)
              .as("answered a second before the kill, and not in the ledger")
              .isFalse();
        }
      }
      System.out.printf(
          "%d kills: %d answers were whole, %d are billed, %d told and not billed, %d requests"
              + " left open%n",
          kills, whole, settled, lost, ids.size() - settled);
      assertThat(lost).isLessThanOrEqualTo(kills * CLIENTS * 10);
    }
  }

  @Test
  void killedInMidTrafficTheLedgerIsWholeAndNothingIsBilledTwice() throws Exception {
    killsLoseNoBill(2, 400);
  }

  @Test
  @Tag("long")
  void killedOftenTheLedgerIsWholeAndNothingIsBilledTwice() throws Exception {
    killsLoseNoBill(20, 2000);
  }

  private static String routes(FakeVendor vendor, int version) {
    if (version % 10 == 9) {
      return "routes: {default: {targets: " + version + "}}\n";
    }
    String name = version % 2 == 0 ? "north" : "south";
    return """
    # version %d
    backends: {%s: {url: "http://127.0.0.1:%d/v1"}}
    routes: {default: {targets: [{backend: %s, model: m}]}}
    """
        .formatted(version, name, vendor.port(), name);
  }

  private static void await(GatewayHome home, int reloads)
      throws IOException, InterruptedException {
    while (told(home) < reloads) {
      Thread.sleep(5);
    }
  }

  private static long told(GatewayHome home) throws IOException {
    return Files.readString(home.log())
        .lines()
        .filter(line -> line.startsWith("gateway: "))
        .count();
  }

  @Test
  @EnabledOnOs({OS.LINUX, OS.MAC})
  void aHundredNewFilesDropNoneOfTwoThousandRequests() throws Exception {
    try (FakeVendor vendor =
        new FakeVendor(FakeVendor.Form.OPENAI, false, GatewayProcessTest::echo)) {
      GatewayHome home = home(routes(vendor, 0));
      try (ServerProcess gateway = ServerProcess.gateway(command(), home)) {
        AtomicInteger left = new AtomicInteger(2000);
        AtomicBoolean isOver = new AtomicBoolean();
        Queue<String> dropped = new ConcurrentLinkedQueue<>();
        Map<String, AtomicInteger> served = new HashMap<>();
        served.put("north", new AtomicInteger());
        served.put("south", new AtomicInteger());
        List<Thread> clients = new ArrayList<>();
        for (int i = 0; i < CLIENTS; i++) {
          clients.add(
              Thread.startVirtualThread(() -> {
                for (int n = left.decrementAndGet();
                    n >= 0 || !isOver.get();
                    n = left.decrementAndGet()) {
                  try {
                    Link.Reply reply = ask(gateway.address(), "default", n % 2 == 0, "7");
                    if (!isWhole(reply, n % 2 == 0)) {
                      dropped.add(reply.text());
                    }
                    served.forEach((name, count) ->
                        count.addAndGet(reply.contains("x-freehold-backend: " + name) ? 1 : 0));
                  } catch (IOException broken) {
                    dropped.add(broken.toString());
                  }
                }
              }));
        }
        for (int version = 1; version <= 100; version++) {
          home.withRoutes(routes(vendor, version));
          long before = told(home);
          Process hangUp = new ProcessBuilder("kill", "-HUP", "" + gateway.pid()).start();
          assertThat(hangUp.waitFor()).isZero();
          await(home, (int) before + 1);
        }
        isOver.set(true);
        for (Thread client : clients) {
          client.join();
        }
        assertThat(dropped).isEmpty();
        assertThat(served.get("north").get()).isPositive();
        assertThat(served.get("south").get()).isPositive();
        assertThat(served.get("north").get() + served.get("south").get())
            .isGreaterThanOrEqualTo(2000);
        assertThat(Files.readString(home.log())).contains("the old configuration stays");
      }
    }
  }

  /// The engine is a second Freehold.
  @Test
  @EnabledOnOs({OS.LINUX, OS.MAC})
  void anEngineThatIsKilledInMidAnswerStartsAgainAndTheAnswerIsWhole() throws Exception {
    List<String> words = new ArrayList<>(command());
    words.addAll(List.of("serve", "demo", "--port", "{port}", "--no-log"));
    String routes =
        """
        backends: {own: {command: %s, log: own.log}}
        routes: {default: {targets: [{backend: own, model: demo, can: [tools, continue]}]}}
        """
            .formatted(JsonMapper.shared().writeValueAsString(words));
    GatewayHome home = home(routes);
    try (ServerProcess gateway = ServerProcess.gateway(command(), home)) {
      awaitReady(home, 1);
      int cuts = 0;
      for (int i = 1; i <= 5 && cuts == 0; i++) {
        String answer = killWithin(gateway);
        assertThat(answer).contains("data: [DONE]").doesNotContain("\"error\"");
        assertThat(answer).containsPattern("\"finish_reason\":\"(stop|length)\"");
        assertThat(answer).contains("\"provider\":\"own\"");
        cuts += answer.contains("\"provider\":\"engine\"") ? 1 : 0;
        awaitReady(home, i + 1);
      }
      assertThat(cuts).as("an answer was cut, and the engine of the gateway went on").isPositive();
      for (int i = 0; true; i++) { // the backend is left alone for some seconds
        Link.Reply reply = ask(gateway.address(), "default", false, "Who are you?");
        assertThat(reply.text()).contains("HTTP/1.1 200 ");
        if (reply.contains("x-freehold-backend: own")) {
          break;
        }
        assertThat(i).isLessThan(300);
        Thread.sleep(100);
      }
      assertThat(gateway.children()).isNotEmpty();
    }
  }

  /// Asks for a long answer, and kills the engine when it has begun.
  private static String killWithin(ServerProcess gateway) throws IOException {
    String json =
        "{\"stream\":true,\"max_tokens\":600,\"temperature\":1,\"seed\":1,\"messages\":[{\"role\":"
            + "\"user\",\"content\":\"Tell me a long story.\"}]}";
    try (Link link = new Link(gateway.address())) {
      AtomicBoolean isKilled = new AtomicBoolean();
      byte[] request = Link.post(gateway.address(), "/v1/chat/completions", json);
      return link.ask(
              request,
              "provider\":\"own\"",
              () -> {
                if (isKilled.compareAndSet(false, true)) {
                  gateway.children().forEach(ProcessHandle::destroyForcibly);
                }
              })
          .text();
    }
  }

  private static void awaitReady(GatewayHome home, int times)
      throws IOException, InterruptedException {
    for (int i = 0; ready(home) < times; i++) {
      assertThat(i).as(Files.readString(home.log())).isLessThan(3000);
      Thread.sleep(20);
    }
  }

  private static long ready(GatewayHome home) throws IOException {
    return Files.readString(home.log())
        .lines()
        .filter(line -> line.contains("engine own: ready at"))
        .count();
  }
}
