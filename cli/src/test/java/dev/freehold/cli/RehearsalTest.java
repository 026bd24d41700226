package dev.freehold.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// The rehearsal for the cache of classes: an answer that is whole, and nothing left behind.
@Timeout(value = 300, unit = TimeUnit.SECONDS)
class RehearsalTest {
  @Test
  void aServerAnswersAndNothingIsLeft(@TempDir Path temporary) throws Exception {
    Rehearsal.hold(temporary); // throws where the server did not start or the answer broke off
    assertThat(temporary).isEmptyDirectory();
    while (hasEngine()) { // the test has a limit of time
      Thread.sleep(20);
    }
  }

  private static boolean hasEngine() {
    return Thread.getAllStackTraces().keySet().stream()
        .anyMatch(thread -> thread.getName().equals("freehold-engine"));
  }
}
