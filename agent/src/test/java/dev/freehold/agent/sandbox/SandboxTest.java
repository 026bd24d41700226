package dev.freehold.agent.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freehold.agent.sandbox.Outcome.Ending;
import dev.freehold.chat.Cancellation;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/// Commands at each level of confinement: what they get, and what ends them.
@ParameterizedClass
@EnumSource(names = {"NAMESPACES", "LANDLOCK"})
class SandboxTest {
  private static final Limits LIMITS = Limits.DEFAULT.withTime(Duration.ofSeconds(60));

  @TempDir Path folder;
  private Path workspace;
  private final Sandbox sandbox;

  SandboxTest(Confinement level) {
    sandbox = Levels.sandbox(level, Reach.NOTHING);
  }

  @BeforeEach
  void makeWorkspace() throws IOException {
    workspace = Files.createDirectory(folder.toRealPath().resolve("workspace"));
  }

  private Outcome run(String line, Limits limits) {
    return sandbox.run(Command.shell(line, workspace, limits), new Cancellation());
  }

  private Outcome run(String line) {
    return run(line, LIMITS);
  }

  @Test
  void aCommandWritesItsWorkspaceAndEndsWithItsCode() throws IOException {
    Outcome outcome = run("pwd; echo new > made; echo error >&2; exit 7");

    assertThat(outcome).isEqualTo(new Outcome(Ending.EXITED, 7, workspace + "\nerror\n", 0));
    assertThat(workspace.resolve("made")).hasContent("new");
  }

  @Test
  void nothingIsLeftInTheWorkspaceThatTheCommandDidNotWrite() throws IOException {
    run("true");

    try (var files = Files.list(workspace)) {
      assertThat(files).isEmpty();
    }
  }

  @Test
  void itReadsItsInput() {
    Command command =
        new Command(List.of("/bin/cat"), workspace, Map.of(), "what it is given\n", LIMITS);

    assertThat(sandbox.run(command, new Cancellation()).output()).isEqualTo("what it is given\n");
  }

  @Test
  void whenItsTimeIsOverItEndsWithAllThatItStarted() throws Exception {
    Path beat = workspace.resolve("beat");
    Duration time = Duration.ofMillis(400);
    for (int i = 0; i < 8 && !Files.exists(beat); i++) { // more where the machine is slow
      Outcome outcome =
          run(
              "(sh -c 'while :; do date +%s%N > beat; sleep 0.02; done' &) ; sleep 1000",
              LIMITS.withTime(time));
      assertThat(outcome.ending()).isEqualTo(Ending.TIMED_OUT);
      time = time.multipliedBy(2);
    }

    String last = Files.readString(beat);
    Thread.sleep(100);
    assertThat(beat).hasContent(last);
  }

  @Test
  void moreOutputThanAllowedIsCountedNotKept() {
    Outcome outcome = run("seq 1 100000", LIMITS.withOutputBytes(100));

    assertThat(outcome.output())
        .startsWith("1\n2\n3\n")
        .contains("bytes left out]\n")
        .endsWith("99999\n100000\n");
    assertThat(outcome.omittedBytes()).isEqualTo(588_895 - 100);
  }

  @Test
  void itEndsWhenItIsNotWantedAnyMore() {
    Cancellation cancellation = new Cancellation();
    cancellation.cancel();

    Outcome outcome = sandbox.run(Command.shell("sleep 1000", workspace, LIMITS), cancellation);

    assertThat(outcome.ending()).isEqualTo(Ending.CANCELLED);
  }

  @Test
  void noThreadOfThisProgramKeepsARestriction() throws Exception {
    run("true");
    try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
      executor.submit(() -> run("true")).get();
    }
    List<String> restricted = restrictedThreads();
    for (int i = 0; i < 600 && !restricted.isEmpty(); i++) { // those that are ending
      Thread.sleep(100);
      restricted = restrictedThreads();
    }

    assertThat(restricted).isEmpty();
  }

  private static List<String> restrictedThreads() throws IOException {
    List<String> restricted = new ArrayList<>();
    int seen = 0;
    try (var threads = Files.list(Path.of("/proc/self/task"))) {
      for (Path thread : threads.toList()) {
        try {
          String status = Files.readString(thread.resolve("status"));
          seen++;
          if (!status.contains("NoNewPrivs:\t0")) {
            restricted.add(status);
          }
        } catch (IOException over) {
          assertThat(thread).as("%s", over).doesNotExist();
        }
      }
    }
    assertThat(seen).isPositive();
    return restricted;
  }

  @Test
  void commandsRunBesideEachOther() throws Exception {
    try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Outcome>> outcomes = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        String line = "sleep 0.1; echo " + i + " | tee file" + i;
        outcomes.add(executor.submit(() -> run(line)));
      }
      for (int i = 0; i < outcomes.size(); i++) {
        assertThat(outcomes.get(i).get().output()).isEqualTo(i + "\n");
      }
    }
    try (var files = Files.list(workspace)) {
      assertThat(files).hasSize(8);
    }
  }

  @Test
  void aCommandEndsWithThisProgramEvenWhenItIsKilled() throws Exception {
    String classes =
        System.getProperty("jdk.module.path", "")
            + File.pathSeparator
            + System.getProperty("java.class.path");
    Process program =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-Djava.io.tmpdir=" + Files.createDirectory(folder.toRealPath().resolve("tmp")),
                "-cp",
                classes,
                SandboxProgram.class.getName(),
                sandbox.confinement().name(),
                workspace.toString())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("said").toFile())
            .start();
    Path beat = workspace.resolve("beat");
    while (program.isAlive() && !(Files.exists(beat) && Files.size(beat) > 0)) {
      Thread.sleep(20);
    }
    assertThat(program.isAlive()).as(Files.readString(folder.resolve("said"))).isTrue();

    program.destroyForcibly().waitFor();

    String last;
    int tries = 0;
    do {
      last = Files.readString(beat);
      Thread.sleep(500);
    } while (!Files.readString(beat).equals(last) && ++tries < 200);
    assertThat(tries).as("the heart beats on").isLessThan(200);
  }

  @Test
  void whatCannotBeAWorkspaceIsRefused() throws IOException {
    Path link = Files.createSymbolicLink(folder.toRealPath().resolve("link"), workspace);
    for (Path refused :
        List.of(
            link, Path.of("workspace"), Path.of("/"), Path.of("/usr/lib"), link.resolve("no"))) {
      assertThatThrownBy(
              () -> sandbox.run(Command.shell("true", refused, LIMITS), new Cancellation()))
          .isInstanceOf(SandboxException.class);
    }
  }
}
