package dev.freehold.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freehold.hub.pull.ModelReference;
import dev.freehold.hub.pull.PullEvent;
import dev.freehold.hub.pull.PullPlan;
import dev.freehold.hub.pull.RemoteFile;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/// What a person sees of a pull: share, sizes, speed and time left, and no control characters of
/// servers.
class PullProgressTest {
  private static final long SECOND = 1_000_000_000L;

  private final ByteArrayOutputStream shown = new ByteArrayOutputStream();
  private final AtomicLong now = new AtomicLong();
  private final RemoteFile file =
      new RemoteFile(
          "model-Q4_K_M.gguf",
          1_000_000_000,
          Optional.empty(),
          URI.create("https://example.org/x"),
          Map.of());

  private PullProgress progress(boolean isTerminal) {
    PullProgress progress =
        new PullProgress(
            new PrintStream(shown, true, StandardCharsets.UTF_8), isTerminal, now::get);
    progress.accept(
        new PullEvent.Planned(
            new PullPlan(
                ModelReference.parse("hf.co/org/repo"),
                "hf.co/org/repo:Q4_K_M",
                "",
                List.of(file),
                Map.of(file.name(), 200_000_000L))));
    return progress;
  }

  private String text() {
    return shown.toString(StandardCharsets.UTF_8);
  }

  private void fetched(PullProgress progress, long bytes) {
    now.addAndGet(SECOND);
    progress.accept(new PullEvent.Fetched(file, bytes));
  }

  @Test
  void aTerminalShowsOneLineThatIsWrittenOver() {
    PullProgress progress = progress(true);
    fetched(progress, 250_000_000);
    fetched(progress, 300_000_000);
    fetched(progress, 350_000_000);
    assertThat(text())
        .contains("1 file, 1.00 GB; 800 MB to fetch")
        .endsWith(
            "\rmodel-Q4_K_M.gguf  [#######.............] 35 %  350 MB of 1.00 GB  50.0 MB/s"
                + "  0:13 left");
    progress.end();
    assertThat(text().lines().toList()).hasSizeGreaterThan(2);
    assertThat(text()).endsWith(" \r");
  }

  @Test
  void speedIsThatOfTheLastSeconds() {
    PullProgress progress = progress(true);
    long bytes = 200_000_000;
    for (int i = 0; i < 5; i++) {
      fetched(progress, bytes += 100_000_000);
    }
    for (int i = 0; i < 20; i++) {
      fetched(progress, bytes += 1_000_000);
    }
    assertThat(text().substring(text().lastIndexOf('\r'))).contains("  1.00 MB/s  ");
  }

  @Test
  void elsewhereALineIsPrintedForEveryTenth() {
    PullProgress progress = progress(false);
    for (int i = 21; i <= 100; i++) {
      fetched(progress, i * 10_000_000L);
    }
    progress.accept(new PullEvent.Finished(file, false));
    assertThat(text()).doesNotContain("\r");
    assertThat(text().lines().filter(line -> line.contains("] "))).hasSize(8);
    assertThat(text()).endsWith("model-Q4_K_M.gguf  1.00 GB, fetched and verified\n");
  }

  @Test
  void bytesThatAreFetchedAgainAreTakenBack() {
    PullProgress progress = progress(true);
    fetched(progress, 900_000_000);
    fetched(progress, 100_000_000);
    assertThat(text().substring(text().lastIndexOf('\r'))).contains("] 10 %  100 MB of 1.00 GB");
  }

  @Test
  void waitsAndNotesAreLinesWithoutControlCharacters() {
    PullProgress progress = progress(true);
    fetched(progress, 250_000_000);
    progress.accept(new PullEvent.Waiting("busy\u001b[2J", Duration.ofMillis(1500)));
    progress.accept(new PullEvent.Note("changed\u202e"));
    assertThat(text()).contains("busy\\u001b[2J; again in 1.5 s", "note: changed\\u202e");
  }
}
