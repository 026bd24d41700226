package dev.freehold.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// The rehearsal for the cache of classes: an answer that is whole, and nothing left behind.
@Timeout(value = 300, unit = TimeUnit.SECONDS)
class RehearsalTest {
  @Test
  void aServerAnswersAndNothingIsLeft() throws Exception {
    Set<Path> before = folders();
    Rehearsal.hold(); // throws where the server did not start or the answer broke off
    assertThat(folders()).isEqualTo(before);
    assertThat(Thread.getAllStackTraces().keySet())
        .extracting(Thread::getName)
        .doesNotContain("freehold-engine");
  }

  private static Set<Path> folders() throws Exception {
    try (Stream<Path> files = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
      return files
          .filter(file -> file.getFileName().toString().matches("freehold\\d+"))
          .collect(Collectors.toSet());
    }
  }
}
