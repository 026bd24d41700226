package dev.freehold.agent.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.freehold.chat.Cancellation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The kernel's own limit on the processes of a command, where root runs it.
@Timeout(120)
class ProcessNumbersTest {
  private static final Path OF_THE_MACHINE = Path.of("/proc/sys/kernel/pid_max");

  @TempDir Path folder;

  private Outcome run(String line, Limits limits) throws IOException {
    assumeTrue(ProcessTree.isRoot(), "this user's processes are limited by RLIMIT_NPROC");
    Sandbox sandbox = Levels.sandbox(Confinement.NAMESPACES, Reach.NOTHING);
    assumeTrue(
        ProcessNumbers.canBeLimited(new LinuxCalls()),
        "this kernel has no limit per namespace, or this program may not set it");
    Path workspace = Files.createDirectories(folder.toRealPath().resolve("workspace"));
    return sandbox.run(Command.shell(line, workspace, limits), new Cancellation());
  }

  @Test
  void theLimitIsThereBeforeTheCommandAndOfTheCommandAlone() throws IOException {
    String before = ProcessNumbers.setting(OF_THE_MACHINE);

    assertThat(before).matches("[1-9][0-9]{2,}");

    Outcome outcome = run("cat /proc/sys/kernel/pid_max", Limits.DEFAULT.withProcesses(50));

    assertThat(outcome.output()).isEqualTo("351\n");
    assertThat(ProcessNumbers.setting(OF_THE_MACHINE)).isEqualTo(before);
  }

  @Test
  void theCommandCannotRaiseIt() throws IOException {
    Outcome outcome =
        run(
            "echo 9999 > /proc/sys/kernel/pid_max; cat /proc/sys/kernel/pid_max",
            Limits.DEFAULT.withProcesses(50));

    assertThat(outcome.output()).contains("Read-only file system").endsWith("351\n");
  }

  @Test
  void manyShortProcessesAreNoMatter() throws IOException {
    Outcome outcome =
        run(
            "i=0; while [ $i -lt 1500 ]; do /bin/true || exit 1; i=$((i+1)); done; echo done",
            Limits.DEFAULT.withProcesses(20));

    assertThat(outcome.output()).isEqualTo("done\n");
  }

  /// Its shells end where they are refused more, so that nothing may be left to be counted.
  private static final String SHELLS =
      "bomb() { bomb | bomb & }; bomb;"
          + " while sleep 1; do set -- /proc/[0-9]*; [ $# -ge 10 ] || exit; done";

  @ParameterizedTest
  @ValueSource(strings = {SHELLS, "exec perl -e 'fork while 1'"})
  void aForkBombIsSmallAndEndsAsAWhole(String bomb) throws IOException {
    Outcome outcome = run(bomb, Limits.DEFAULT.withTime(Duration.ofSeconds(60)));

    // The shell ends by itself where it can make no process more, or all others have ended.
    boolean isRefused =
        outcome.ending() == Outcome.Ending.EXITED && outcome.output().contains("fork");
    assertThat(isRefused || outcome.ending() == Outcome.Ending.PROCESSES)
        .as(outcome.toString())
        .isTrue();
  }

  @Test
  void noMoreThanTheReservedNumbersAreOverTheLimit() throws IOException {
    Outcome outcome =
        run(
            """
            exec 2>/dev/null
            perl -e '
              my $made = 0;
              while ($made < 2000) {
                my $p = fork();
                last if !defined $p;
                sleep 100 if !$p;
                $made++;
              }
              syswrite STDOUT, $made; '
            """,
            Limits.DEFAULT.withProcesses(200));

    assertThat(outcome.ending()).isIn(Outcome.Ending.PROCESSES, Outcome.Ending.EXITED);
    if (!outcome.output().isBlank()) {
      assertThat(Integer.parseInt(outcome.output().strip()))
          .isLessThan(ProcessNumbers.RESERVED + 201);
    }
  }

  @Test
  void aProcessOfThisNamespaceIsNeverTakenForTheFirstOfAnother() throws Exception {
    Process child = new ProcessBuilder("sleep", "100").start();
    try {
      int own = (int) ProcessHandle.current().pid();
      assertThat(ProcessNumbers.isFirstOfNewNamespace((int) child.pid(), own)).isFalse();
      assertThat(ProcessNumbers.isFirstOfNewNamespace(own, (int) child.pid())).isFalse();
      assertThat(ProcessNumbers.isFirstOfNewNamespace(1, 0)).isFalse();
    } finally {
      child.destroyForcibly().waitFor();
    }
  }

  @Test
  void onlyKernelsThatHaveOnePerNamespaceAreTrusted() {
    assertThat(ProcessNumbers.isPerNamespace("6.14.0-rc1+")).isTrue();
    assertThat(ProcessNumbers.isPerNamespace("6.18.44-fc")).isTrue();
    assertThat(ProcessNumbers.isPerNamespace("7.0")).isTrue();
    for (String older : new String[] {"6.13.9", "6.1.0-42-amd64", "5.15", "", "x", "6"}) {
      assertThat(ProcessNumbers.isPerNamespace(older)).as(older).isFalse();
    }
  }
}
