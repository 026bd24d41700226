package dev.freehold.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freehold.gateway.engine.EngineRegister;
import java.io.BufferedReader;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Engines of a Freehold that is killed with -9: the next one ends them, and nothing else.
@Timeout(value = 300, unit = TimeUnit.SECONDS)
class EngineRegisterTest {
  @TempDir private Path home = Path.of("unset");

  private static List<String> java(String type) {
    String path =
        Path.of("target/test-classes").toAbsolutePath()
            + File.pathSeparator
            + System.getProperty("java.class.path")
            + File.pathSeparator
            + System.getProperty("jdk.module.path", "");
    return List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-cp",
        path,
        "dev.freehold.gateway." + type);
  }

  private List<Path> entries(Path folder) throws Exception {
    try (Stream<Path> files = Files.list(folder)) {
      return files.toList();
    }
  }

  @Test
  void enginesOfAKilledFreeholdAreEndedByTheNextOne() throws Exception {
    Path folder = home.resolve("running");
    List<String> command = new ArrayList<>(java("KilledOwner"));
    command.add(folder.toString());
    command.addAll(java("FakeEngine"));
    command.addAll(List.of("{port}", "30"));
    Process owner =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    try (BufferedReader told = owner.inputReader()) {
      assertThat(told.readLine()).contains("ready at");
      List<ProcessHandle> engines = owner.descendants().toList();
      assertThat(engines).hasSize(1);
      assertThat(entries(folder)).hasSize(1);

      List<String> said = new ArrayList<>();
      EngineRegister.in(folder).endLeftBehind(said::add);
      assertThat(said).as("its Freehold is there").isEmpty();
      assertThat(engines).allMatch(ProcessHandle::isAlive);

      owner.destroyForcibly().waitFor();
      assertThat(engines).as("which is why there is a register").allMatch(ProcessHandle::isAlive);
      EngineRegister.in(folder).endLeftBehind(said::add);
      assertThat(said)
          .singleElement()
          .asString()
          .contains("process " + engines.getFirst().pid(), "is ended");
      while (engines.getFirst().isAlive()) { // the test has a limit of time
        Thread.sleep(20);
      }
      assertThat(entries(folder)).isEmpty();
    }
  }

  @Test
  void aProcessThatOnlyHasTheSameIdStays() throws Exception {
    List<String> command = new ArrayList<>(java("FakeEngine"));
    command.addAll(List.of("0", "30"));
    Process other = new ProcessBuilder(command).start();
    try {
      long start = other.info().startInstant().orElseThrow().toEpochMilli();
      Path folder = Files.createDirectory(home.resolve("running"));
      long gone = 4_000_000_000L;
      Files.createFile(folder.resolve("%d-%d-of-%d-1".formatted(other.pid(), start - 9000, gone)));
      Files.createFile(folder.resolve("a file of somebody else"));
      List<String> said = new ArrayList<>();
      EngineRegister.in(folder).endLeftBehind(said::add);
      assertThat(said).isEmpty();
      assertThat(other.isAlive()).isTrue();
      assertThat(entries(folder)).containsExactly(folder.resolve("a file of somebody else"));
      EngineRegister.in(home.resolve("absent")).endLeftBehind(said::add);
      assertThat(said).isEmpty();
    } finally {
      other.destroyForcibly();
    }
  }
}
