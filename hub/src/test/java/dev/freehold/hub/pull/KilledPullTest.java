package dev.freehold.hub.pull;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/// Processes that pull are killed, run at the same time, and find the disk full: what has a name is
/// whole, and what had arrived is not fetched again.
class KilledPullTest {
  private static final int SIZE = 24_000_000;
  private static final byte[] MODEL = FakeHub.gguf(SIZE, 5);
  private static final String NAME = "hf.co/org/tiny-GGUF";

  @TempDir private Path home = Path.of("unset");
  private FakeHub hub;
  private final AtomicLong sent = new AtomicLong();

  @BeforeEach
  void begin() throws IOException {
    hub = new FakeHub().with("tiny-Q4_K_M.gguf", MODEL);
    hub.storageFault((request, reply) -> {
      sent.addAndGet(reply.body().length);
      return reply;
    });
  }

  @AfterEach
  void end() throws IOException {
    hub.close();
  }

  private Path repository() {
    return home.resolve(".cache/huggingface/hub/models--org--tiny-GGUF");
  }

  private Path blob() {
    return repository().resolve("blobs").resolve(FakeHub.sha256(MODEL));
  }

  private Path link() {
    return repository().resolve("snapshots/" + FakeHub.COMMIT + "/tiny-Q4_K_M.gguf");
  }

  private List<String> command() {
    return PullProgram.command(home, hub.hub.uri(), NAME);
  }

  @Test
  void threeKills() throws Exception {
    kill(3, 1);
  }

  @Test
  @Tag("long")
  void aHundredKills() throws Exception {
    kill(100, 2);
  }

  /// Kills so many times at random moments; then lets one pull run to its end.
  private void kill(int kills, long seed) throws Exception {
    Random random = new Random(seed);
    for (int i = 0; i < kills; i++) {
      Process process = new ProcessBuilder(command()).redirectErrorStream(true).start();
      try (var reader = process.inputReader()) {
        assertThat(reader.readLine()).isEqualTo("ready");
        process.waitFor(random.nextInt(600), TimeUnit.MILLISECONDS);
        process.toHandle().destroyForcibly();
        process.waitFor();
      }
      requireNothingHalf("seed %d, kill %d".formatted(seed, i));
      if (Files.exists(link())) {
        Files.delete(link());
        Files.delete(blob());
        Files.deleteIfExists(repository().resolve("refs/main"));
      }
    }
    assertThat(PullProgram.run(command())).contains("done " + link(), "exit 0");
    requireNothingHalf("at the end");
    assertThat(link()).hasBinaryContent(MODEL);
    assertThat(repository().resolve("blobs").toFile().list()).hasSize(1);
  }

  /// Whatever has a name has its bytes; what names it comes after it.
  private void requireNothingHalf(String when) throws IOException {
    if (Files.exists(blob())) {
      assertThat(Arrays.equals(Files.readAllBytes(blob()), MODEL)).as(when).isTrue();
    } else {
      assertThat(Files.exists(link())).as(when).isFalse();
    }
    if (!Files.exists(link())) {
      assertThat(Files.exists(repository().resolve("refs/main"))).as(when).isFalse();
    }
  }

  @Test
  void anotherProcessGoesOnFromTheMebibytesThatAreThere() throws Exception {
    hub.storageFault((request, reply) ->
        request.header("range").orElse("").startsWith("bytes=0-") ? reply : reply.slow(20));
    Process process = new ProcessBuilder(command()).redirectErrorStream(true).start();
    Path record = blob().resolveSibling(blob().getFileName() + ".freehold.incomplete.pieces");
    for (int i = 0; i < 3000 && pieces(record) == 0; i++) {
      Thread.sleep(10);
    }
    process.toHandle().destroyForcibly();
    process.waitFor();
    long pieces = pieces(record);
    assertThat(pieces).isPositive();
    Files.writeString(record, "999", java.nio.file.StandardOpenOption.APPEND); // cut by the kill
    hub.storageFault((request, reply) -> {
      sent.addAndGet(reply.body().length);
      return reply;
    });
    sent.set(0);
    assertThat(PullProgram.run(command())).contains("done " + link(), "exit 0");
    assertThat(link()).hasBinaryContent(MODEL);
    assertThat(sent.get()).isLessThanOrEqualTo(SIZE - pieces * Pieces.PIECE_BYTES);
  }

  private static long pieces(Path record) throws IOException {
    return Files.exists(record)
        ? Files.readAllLines(record).stream().filter(line -> line.matches("\\d+")).count()
        : 0;
  }

  @Test
  void processesAndThreadsThatPullTheSameFileFetchItOnce() throws Exception {
    List<Process> processes = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      processes.add(new ProcessBuilder(command()).redirectErrorStream(true).start());
    }
    List<Thread> threads = new ArrayList<>();
    List<Throwable> failures = java.util.Collections.synchronizedList(new ArrayList<>());
    try (Puller puller = new Puller(hub.settings(), PullFolders.of(Map.of(), home))) {
      for (int i = 0; i < 3; i++) {
        threads.add(
            Thread.ofPlatform()
                .start(() -> {
                  try {
                    puller.pull(PullRequest.of(NAME), event -> {});
                  } catch (InterruptedException | RuntimeException e) {
                    failures.add(e);
                  }
                }));
      }
      for (Thread thread : threads) {
        thread.join();
      }
    }
    for (Process process : processes) {
      assertThat(
              new String(
                  process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8))
          .contains("done " + link());
    }
    assertThat(failures).isEmpty();
    assertThat(link()).hasBinaryContent(MODEL);
    assertThat(sent.get()).isEqualTo(SIZE);
  }

  @Test
  @DisabledOnOs(value = OS.WINDOWS, disabledReason = "needs a shell")
  void aFullDiskIsSaidAndLeavesNoHalfModel() throws Exception {
    Path small = Files.createDirectory(home.resolve("small"));
    String mount = "mount -t tmpfs -o size=%s tmpfs " + small;
    assumeTrue(
        Files.isExecutable(Path.of("/usr/bin/unshare"))
            && PullProgram.run(List.of("unshare", "-rm", "sh", "-c", mount.formatted("1m")))
                .contains("exit 0"),
        "this system lets nobody mount a small disk: unshare -rm, mount -t tmpfs");
    List<String> command =
        new ArrayList<>(
            List.of("unshare", "-rm", "sh", "-c", mount.formatted("80m") + " && \"$@\"", "sh"));
    command.addAll(PullProgram.command(small, hub.hub.uri(), NAME));
    assertThat(String.join("\n", PullProgram.run(command)))
        .contains("failed no room: 25 MB are to be fetched", "MB free", "exit 1");
    assertThat(sent.get()).as("nothing is begun").isZero();
  }

  @Test
  @DisabledOnOs(value = OS.WINDOWS, disabledReason = "needs a shell")
  void aLimitOnTheSizeOfFilesIsSaidAndWhatArrivedIsKept() throws Exception {
    List<String> command =
        new ArrayList<>(List.of("sh", "-c", "ulimit -f 6000; exec \"$@\"", "sh"));
    command.addAll(command());
    assertThat(String.join("\n", PullProgram.run(command)))
        .contains("failed tiny-Q4_K_M.gguf cannot be written: ", "make room and pull again")
        .contains("exit 1");
    assertThat(blob()).doesNotExist();
    assertThat(PullProgram.run(command())).contains("done " + link(), "exit 0");
    assertThat(link()).hasBinaryContent(MODEL);
  }
}
