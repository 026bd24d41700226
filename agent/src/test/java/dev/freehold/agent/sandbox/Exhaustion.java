package dev.freehold.agent.sandbox;

import dev.freehold.agent.sandbox.Outcome.Ending;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// A try to use up the machine, and what must become of it.
///
/// @param limits under which it is tried
/// @param check what stopped it, in words
record Exhaustion(String name, String script, Limits limits, Check check) {
  private static final int MEBIBYTE = 1 << 20;
  private static final Limits LIMITS =
      Limits.DEFAULT
          .withTime(Duration.ofMinutes(2))
          .withOutputBytes(10_000)
          .withMemoryBytes(256L * MEBIBYTE)
          .withFileBytes(8L * MEBIBYTE);

  /// Says what stopped it; empty where nothing did.
  @FunctionalInterface
  interface Check {
    Optional<String> stopped(Outcome outcome, Path workspace) throws IOException;
  }

  Optional<String> stopped(Outcome outcome, Path workspace) throws IOException {
    return check.stopped(outcome, workspace);
  }

  private static Optional<String> when(boolean holds, String words) {
    return holds ? Optional.of(words) : Optional.empty();
  }

  private static Check ending(Ending ending) {
    return (outcome, workspace) -> when(outcome.ending() == ending, "ended whole: " + ending);
  }

  static List<Exhaustion> all() {
    return List.of(
        new Exhaustion(
            "sleep for ever",
            "sleep 100000",
            LIMITS.withTime(Duration.ofMillis(300)),
            ending(Ending.TIMED_OUT)),
        new Exhaustion(
            "daemon",
            """
            beat() { while :; do date +%s%N > beat; sleep 0.02; done; }
            (trap '' HUP TERM; beat >/dev/null 2>&1 &)
            while ! [ -s beat ]; do sleep 0.02; done
            """,
            LIMITS,
            Exhaustion::heartStopped),
        new Exhaustion(
            "3,000 processes",
            "i=0; while [ $i -lt 3000 ]; do sleep 100 & i=$((i+1)); done; wait",
            LIMITS.withProcesses(64),
            (outcome, workspace) ->
                outcome.ending() == Ending.PROCESSES
                    ? Optional.of("ended whole: " + Ending.PROCESSES)
                    : when(outcome.output().contains("fork"), "no more than allowed")),
        new Exhaustion(
            "memory in one process",
            "perl -e '$x = \"a\" x 500_000_000; print length($x)' || exit 1",
            LIMITS,
            (outcome, workspace) -> when(outcome.exit() != 0, "no more than allowed")),
        new Exhaustion(
            "memory in many processes",
            """
            for i in 1 2 3 4 5 6; do perl -e '$x = "a" x 90_000_000; sleep 100' & done; wait
            """,
            LIMITS,
            ending(Ending.MEMORY)),
        new Exhaustion(
            "memory in /dev/shm",
            "head -c 500000000 /dev/zero > /dev/shm/x",
            LIMITS.withFileBytes(1L << 40),
            (outcome, workspace) -> when(outcome.exit() != 0, lastWords(outcome))),
        new Exhaustion(
            "400 MB of output",
            "yes | head -c 400000000",
            LIMITS,
            (outcome, workspace) ->
                when(outcome.omittedBytes() == 400_000_000 - 10_000, "10,000 bytes kept")),
        new Exhaustion(
            "a large file",
            "head -c 50000000 /dev/zero > large",
            LIMITS,
            (outcome, workspace) ->
                when(
                    outcome.exit() != 0 && Files.size(workspace.resolve("large")) <= 8 * MEBIBYTE,
                    "no larger than allowed")),
        new Exhaustion(
            "many files",
            "i=0; while [ $i -lt 900 ]; do head -c 4000000 /dev/zero > f$i; i=$((i+1)); done",
            LIMITS.withDiskBytes(100L * MEBIBYTE),
            ending(Ending.DISK)),
        new Exhaustion(
            "core file",
            "sh -c 'kill -SEGV $$'; ls core* && exit 1; exit 0",
            LIMITS,
            (outcome, workspace) -> when(outcome.exit() == 0, "none written")));
  }

  private static String lastWords(Outcome outcome) {
    return outcome.output().strip().replaceAll("(?s).*: ", "");
  }

  private static Optional<String> heartStopped(Outcome outcome, Path workspace) throws IOException {
    String last = Files.readString(workspace.resolve("beat"));
    try {
      Thread.sleep(200);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return when(
        outcome.exit() == 0 && Files.readString(workspace.resolve("beat")).equals(last),
        "ended with the command");
  }
}
