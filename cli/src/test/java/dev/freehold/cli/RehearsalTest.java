package dev.freehold.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// The rehearsal for the cache of classes: an answer that is whole, and nothing left behind.
@Timeout(value = 300, unit = TimeUnit.SECONDS)
class RehearsalTest {
  @ParameterizedTest
  @EnumSource
  void allIsDoneAndNothingIsLeft(Rehearsal.Play play, @TempDir Path temporary) throws Exception {
    Rehearsal.hold(play, temporary); // throws where a server did not start or its answer broke off
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
