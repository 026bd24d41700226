package dev.freehold.train.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freehold.train.TrainException;
import dev.freehold.train.TrainingRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What `metrics.jsonl` says is read as it was written, after interruptions too; what no run writes
/// is refused with its place.
class RunMetricsTest {
  @TempDir private Path run;

  private RunMetrics read(String content) throws IOException {
    Files.writeString(run.resolve("metrics.jsonl"), content);
    return RunMetrics.read(run, "run");
  }

  private static String line(long step, double loss) {
    return "{\"step\":%d,\"loss\":%s,\"rate\":1E-3}\n".formatted(step, loss);
  }

  private static TrainingRun.Result result(long step, float loss, Optional<Float> heldOut) {
    return new TrainingRun.Result(step, loss, 1, 0.5f, heldOut, false);
  }

  @Test
  void whatARunWritesIsRead() {
    try (MetricsLog log = new MetricsLog(run)) {
      log.add(result(1, 7.5f, Optional.empty()), 1234.5);
      log.add(result(2, 7.25f, Optional.of(7f)), 1234.5);
    }
    RunMetrics metrics = RunMetrics.read(run, "run");
    assertThat(metrics.points())
        .containsExactly(
            new RunMetrics.Point(1, 7.5, 0.5, OptionalDouble.empty()),
            new RunMetrics.Point(2, 7.25, 0.5, OptionalDouble.of(7)));
    assertThat(metrics.isCut()).isFalse();
    assertThat(metrics.lastHeldOut()).hasValue(7);
  }

  @Test
  void aLineThatIsNotWholeIsLeftOutAndThenWrittenAnew() throws IOException {
    RunMetrics cut = read(line(1, 5) + line(2, 4) + "{\"step\":3,\"lo");
    assertThat(cut.isCut()).isTrue();
    assertThat(cut.points()).hasSize(2);
    try (MetricsLog log = new MetricsLog(run)) {
      log.add(result(3, 3, Optional.empty()), 1);
    }
    RunMetrics resumed = RunMetrics.read(run, "run");
    assertThat(resumed.isCut()).isFalse();
    assertThat(resumed.points()).extracting(RunMetrics.Point::loss).containsExactly(5.0, 4.0, 3.0);
  }

  @Test
  void ofAStepThatWasComputedAgainTheLaterLineCounts() throws IOException {
    RunMetrics metrics =
        read(line(1, 9) + line(2, 8) + line(3, 7) + "\n" + line(2, 6) + line(3, 5) + line(4, 4));
    assertThat(metrics.points()).extracting(RunMetrics.Point::step).containsExactly(1L, 2L, 3L, 4L);
    assertThat(metrics.points())
        .extracting(RunMetrics.Point::loss)
        .containsExactly(9.0, 6.0, 5.0, 4.0);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"step\":2,\"loss\":1}|line 2: rate: expected a finite number, found nothing",
        "{\"step\":2,\"loss\":\"NaN\",\"rate\":1}|line 2: loss: expected a finite number, found"
            + " \"NaN\"",
        "{\"step\":2,\"loss\":1e999,\"rate\":1}|line 2: loss: expected a finite number",
        "{\"step\":2,\"loss\":1,\"rate\":1,\"held_out\":null}|line 2: held_out: expected a finite",
        "{\"step\":0,\"loss\":1,\"rate\":1}|line 2: step: expected a number from 1, found 0",
        "{\"step\":1.5,\"loss\":1,\"rate\":1}|line 2: step: expected a number from 1, found 1.5",
        "{\"step\":99999999999999999999,\"loss\":1,\"rate\":1}|line 2: step: expected a number",
        "{\"step\":2,\"step\":3,\"loss\":1,\"rate\":1}|line 2",
        "[1,2]|line 2: step: expected a number from 1, found nothing",
        "{\"step\":3,\"lo|line 2",
      })
  void aBrokenLineIsNamed(String broken, String message) {
    assertThatThrownBy(() -> read(line(1, 5) + broken + "\n" + line(3, 4)))
        .isInstanceOf(TrainException.class)
        .hasMessageContaining("metrics.jsonl: " + message);
  }

  @Test
  void aLineWithoutEndIsRefusedWhileItIsRead() {
    assertThatThrownBy(() -> read(line(1, 5) + "x".repeat(100_000)))
        .isInstanceOf(TrainException.class)
        .hasMessageContaining("line 2: longer than 16384 bytes");
  }

  @Test
  void whatIsMissingIsSaid() {
    assertThatThrownBy(() -> RunMetrics.read(run, "run"))
        .isInstanceOf(TrainException.class)
        .hasMessageContaining("metrics.jsonl: no such file; expected the folder of a run");
    assertThatThrownBy(() -> read(""))
        .isInstanceOf(TrainException.class)
        .hasMessageContaining("metrics.jsonl: no step in it yet");
  }
}
