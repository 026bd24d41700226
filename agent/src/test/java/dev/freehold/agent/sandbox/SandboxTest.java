package dev.freehold.agent.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freehold.agent.sandbox.Outcome.Ending;
import dev.freehold.chat.Cancellation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
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
        new Command(
            java.util.List.of("/bin/cat"),
            workspace,
            java.util.Map.of(),
            "what it is given\n",
            LIMITS);

    assertThat(sandbox.run(command, new Cancellation()).output()).isEqualTo("what it is given\n");
  }

  @Test
  void whenItsTimeIsOverItEndsWithAllThatItStarted() throws Exception {
    Outcome outcome =
        run(
            "(sh -c 'while :; do date +%s%N > beat; sleep 0.02; done' &) ; sleep 1000",
            LIMITS.withTime(Duration.ofMillis(400)));

    assertThat(outcome.ending()).isEqualTo(Ending.TIMED_OUT);
    String last = Files.readString(workspace.resolve("beat"));
    Thread.sleep(100);
    assertThat(workspace.resolve("beat")).hasContent(last);
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
    try (var executor = java.util.concurrent.Executors.newVirtualThreadPerTaskExecutor()) {
      executor.submit(() -> run("true")).get();
    }
    Thread.sleep(50);

    try (var threads = Files.list(Path.of("/proc/self/task"))) {
      for (Path thread : threads.toList()) {
        assertThat(Files.readString(thread.resolve("status"))).contains("NoNewPrivs:\t0");
      }
    }
  }
}
