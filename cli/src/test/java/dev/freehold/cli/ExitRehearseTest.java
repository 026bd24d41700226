package dev.freehold.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// `exit rehearse` with a gateway that serves, vendors at real sockets, and processes that die.
@Timeout(value = 300, unit = TimeUnit.SECONDS)
class ExitRehearseTest {
  private static final String ROUTES =
      """
      record: true
      retries: {pause: 10ms}
      backends:
        north: {url: "http://127.0.0.1:NORTH/v1", key: {environment: VENDOR_KEY}}
        south: {url: "http://127.0.0.1:SOUTH/v1"}
      routes:
        default:
          targets: [{backend: north, model: large}]
        both:
          targets: [{backend: north, model: large}, {backend: south, model: other}]
        frail:
          last-resort: false
          targets: [{backend: north, model: large}]
      """;

  @TempDir private Path home;

  private final FakeVendor north;
  private final FakeVendor south;
  private Path file = Path.of("unset");

  /// What a command line printed and how it ended.
  private record Ran(Exit exit, String out, String err) {}

  ExitRehearseTest() throws IOException {
    north = new FakeVendor();
    south = new FakeVendor();
  }

  @BeforeEach
  void write() throws IOException {
    String routes = ROUTES.replace("NORTH", "" + north.port()).replace("SOUTH", "" + south.port());
    file = Files.writeString(home.resolve("gateway.yaml"), routes);
  }

  @AfterEach
  void close() {
    north.close();
    south.close();
  }

  private Ran rehearse(String... arguments) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    String[] all =
        Stream.concat(
                Stream.of("exit", "rehearse", "--gateway", file.toString()),
                Arrays.stream(arguments))
            .toArray(String[]::new);
    Exit exit = Main.run(RunningGateway.surroundings(home, out, err), all);
    return new Ran(exit, RunningGateway.text(out), RunningGateway.text(err));
  }

  /// Asks until somebody answers, or does not, as the gateway's cut has it.
  private static void awaitServed(RunningGateway gateway, String backend, int seconds)
      throws Exception {
    long end = System.nanoTime() + seconds * 1_000_000_000L;
    while (!gateway.served("default", "Who?").equals(backend)) {
      assertThat(System.nanoTime()).as("still not " + backend).isLessThan(end);
      Thread.sleep(50);
    }
  }

  /// For longer where the machine is so slow that the requests do not fall into the time.
  @Test
  void whatUsersNoticeIsToldAndAllIsAsBefore() throws Exception {
    Path folder = home;
    boolean isInTime = false;
    for (int seconds = 6; !isInTime && seconds < 300; seconds *= 3) {
      home = Files.createDirectory(folder.resolve("for" + seconds));
      isInTime = noticed(seconds);
    }
    assertThat(isInTime).isTrue();
  }

  /// @return whether all requests fell into the rehearsal and into as long a time before
  private boolean noticed(int seconds) throws Exception {
    try (RunningGateway gateway = new RunningGateway(home, file)) {
      long most = TimeUnit.SECONDS.toNanos(seconds - 1);
      long begun = System.nanoTime();
      for (int i = 0; i < 5; i++) {
        assertThat(gateway.served("both", "Who?")).isEqualTo("north");
      }
      Ran[] ran = new Ran[1];
      Thread rehearsal =
          new Thread(() -> ran[0] = rehearse("--cut", "north", "--for", seconds + "s"));
      final long cut = System.nanoTime();
      rehearsal.start();
      gateway.await("cut off: north");
      final long before = System.nanoTime() - begun;
      int asked = north.requests.size();
      List<String> servers = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        servers.add(gateway.served("both", "Who?"));
      }
      servers.add(gateway.served("default", "Who?"));
      String frail = gateway.chat("frail", "Who?");
      int askedAfter = north.requests.size();
      boolean isInTime = before < most && System.nanoTime() - cut < most;
      rehearsal.join();
      if (!isInTime) {
        return false;
      }
      assertThat(servers).containsExactly("south", "south", "south", "south", "engine");
      assertThat(frail).startsWith("HTTP/1.1 503 ").contains("asked now", "transport");
      assertThat(askedAfter).isEqualTo(asked);
      assertThat(ran[0].exit()).as(ran[0].err()).isEqualTo(Exit.OK);
      assertThat(ran[0].out())
          .containsPattern("requests +5 +6\n")
          .containsPattern("answered whole +5 \\(100.0 %\\) +5 \\(83.3 %\\)")
          .containsPattern("by north/large +5 +0\n")
          .containsPattern("by south/other +0 +4\n")
          .containsPattern("by engine/demo +0 +1\n")
          .contains("Users were told of: 1 ", "north: transport", "So few requests");
      assertThat(gateway.said()).contains(" is over: north");
      assertThat(gateway.served("frail", "Who?")).as("no bench stays").isEqualTo("north");
      return true;
    }
  }

  @Test
  void twoAtOnceAreRefusedAndAnInterruptRestores() throws Exception {
    try (RunningGateway gateway = new RunningGateway(home, file)) {
      Ran[] ran = new Ran[1];
      Thread first = new Thread(() -> ran[0] = rehearse("--cut", "all", "--for", "60s"));
      first.start();
      gateway.await("cut off: north, south");
      Ran second = rehearse("--cut", "south", "--for", "1s");
      assertThat(second.exit()).isEqualTo(Exit.FAILURE);
      assertThat(second.err()).contains("another rehearsal is under way");
      assertThat(gateway.served("both", "Who?")).isEqualTo("engine");
      first.interrupt();
      first.join();
      gateway.await(" is over: ");
      assertThat(gateway.served("both", "Who?")).isEqualTo("north");
    }
  }

  @Test
  void aKilledRehearsalIsOverSoon() throws Exception {
    try (RunningGateway gateway = new RunningGateway(home, file)) {
      Process process = start("--cut", "north", "--for", "10m");
      gateway.await("cut off: north");
      assertThat(gateway.served("default", "Who?")).isEqualTo("engine");
      process.destroyForcibly().waitFor();
      awaitServed(gateway, "north", 120);
      assertThat(gateway.said()).contains(" is over: north");
      Ran next = rehearse("--cut", "south", "--for", "1s"); // what it left behind hinders nobody
      assertThat(next.exit()).as(next.err()).isEqualTo(Exit.OK);
    }
  }

  private Process start(String... arguments) throws IOException {
    String paths =
        Stream.of("jdk.module.path", "java.class.path")
            .flatMap(name -> Arrays.stream(System.getProperty(name, "").split(File.pathSeparator)))
            .filter(path -> !path.isEmpty())
            .distinct()
            .collect(Collectors.joining(File.pathSeparator));
    Stream<String> java =
        Stream.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Djava.io.tmpdir=" + home, // where a killed process leaves a library
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            paths,
            Main.class.getName(),
            "exit",
            "rehearse",
            "--gateway",
            file.toString());
    ProcessBuilder builder =
        new ProcessBuilder(Stream.concat(java, Arrays.stream(arguments)).toList());
    builder.environment().keySet().removeIf(name -> name.startsWith("XDG_"));
    builder.environment().put("HOME", home.toString());
    return builder.redirectErrorStream(true).redirectOutput(home.resolve("said").toFile()).start();
  }

  @Test
  void whatIsWrongIsToldBeforeAnythingIsCut() throws Exception {
    Ran nobody = rehearse("--cut", "north", "--for", "1s");
    assertThat(nobody.exit()).isEqualTo(Exit.FAILURE);
    assertThat(nobody.err()).contains("no gateway of this user took the cut", "serve --gateway");
    for (String name : new String[] {"nroth", "engine", "default"}) {
      Ran unknown = rehearse("--cut", name, "--for", "1s");
      assertThat(unknown.exit()).isEqualTo(Exit.USAGE);
      assertThat(unknown.err()).contains("--cut " + name, "There are north, south; all means");
    }
    assertThat(rehearse("--cut", "north", "--for", "soon").err()).contains("expected a time");
    assertThat(rehearse("--cut", "network", "--for", "1s").err()) // both are on this machine
        .contains("no route of ", " has such a backend");
    try (RunningGateway gateway = new RunningGateway(home, file)) {
      Path other = Files.copy(file, home.resolve("other.yaml"));
      Path served = file;
      file = other;
      assertThat(rehearse("--cut", "north", "--for", "1s").err())
          .contains("the gateway that runs here serves " + served);
      assertThat(gateway.said()).doesNotContain("cut off");
    }
  }

  @Test
  void othersCannotCut() throws Exception {
    try (RunningGateway gateway = new RunningGateway(home, file)) {
      Path cut = home.resolve(".local/state/freehold/cut.json");
      Path draft =
          Files.writeString(home.resolve("draft"), "{\"id\":\"a\",\"backends\":[\"north\"]}");
      Files.setPosixFilePermissions(draft, PosixFilePermissions.fromString("rw-rw-rw-"));
      Files.move(draft, cut, StandardCopyOption.ATOMIC_MOVE); // which is seen at any moment
      gateway.await("others may write it");
      Files.delete(cut);
      Files.writeString(cut, "{".repeat(100_000));
      gateway.await("cannot be read");
      assertThat(gateway.served("default", "Who?")).isEqualTo("north");
    }
  }

  @Test
  void recordedRequestsAreAskedAgainWithoutTheServer() throws Exception {
    try (RunningGateway gateway = new RunningGateway(home, file)) {
      for (String route : new String[] {"both", "both", "default", "frail"}) {
        assertThat(gateway.served(route, "Who?")).isEqualTo("north");
      }
    }
    int asked = north.requests.size();
    Ran ran = rehearse("--cut", "north", "--dry-run", "ledger", "--model", "demo");
    assertThat(ran.exit()).as(ran.err()).isEqualTo(Exit.OK);
    assertThat(north.requests).hasSize(asked);
    assertThat(south.requests).hasSize(2);
    assertThat(ran.out())
        .containsPattern("requests +4 +4\n")
        .containsPattern("failed +0 +1\n")
        .containsPattern("by south/other +0 +2\n")
        .containsPattern("by engine/demo +0 +1\n");
    Ran json =
        rehearse(
            "--cut", "all", "--dry-run", "ledger", "--model", "demo", "--limit", "2", "--json");
    assertThat(json.out())
        .contains("\"served\":{\"engine/demo\":2}", "\"backends\":[\"north\",\"south\"]");
    assertThat(south.requests).hasSize(2);
    assertThat(rehearse("--cut", "all", "--dry-run", "none.jsonl").err()).contains("no such file");
  }
}
