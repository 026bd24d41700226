package dev.freehold.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freehold.eval.Meter;
import dev.freehold.eval.Outcome;
import dev.freehold.eval.Settings;
import dev.freehold.eval.record.ItemResult;
import dev.freehold.eval.record.RunFile;
import dev.freehold.eval.record.RunHeader;
import dev.freehold.eval.record.TaskText;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EvaluatedModelsTest {
  @TempDir private Path folder;

  private void run(String id, int items, int right, Optional<Meter.Cost> cost) {
    run(id, items, right, Outcome.WRONG, cost);
  }

  /// @param otherwise what the answers are that are not right
  private void run(String id, int items, int right, Outcome otherwise, Optional<Meter.Cost> cost) {
    RunHeader.Backend demo = new RunHeader.Backend("demo", "");
    RunHeader header =
        new RunHeader(
            id,
            Instant.EPOCH,
            "freehold",
            "tickets",
            "ab".repeat(32),
            items,
            List.of(demo),
            "demo",
            Optional.empty(),
            Settings.DEFAULT);
    List<TaskText> texts =
        List.of(new TaskText("0", "", "", "exact"), new TaskText("1", "", "", "exact"));
    try (RunFile file = RunFile.begin(folder, header, texts)) {
      for (int i = 0; i < 2; i++) {
        file.append(
            new ItemResult(
                new ItemResult.TaskName("" + i, "cd".repeat(32), "", ""),
                "demo",
                i < right ? Outcome.RIGHT : otherwise,
                "",
                Optional.empty(),
                new ItemResult.Took(
                    1,
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    cost,
                    Optional.empty())));
      }
    }
  }

  @Test
  void theLastWholeRunOfAModelOnTasksIsTold() {
    run("20260101-000000-tickets", 2, 2, Optional.empty());
    run("20260102-000000-tickets", 2, 1, Optional.of(new Meter.Cost(0.0005, "EUR")));
    run("20260103-000000-tickets", 3, 0, Optional.empty()); // not finished
    assertThat(new EvaluatedModels(folder).tell().toString())
        .isEqualTo(
            "[{\"name\":\"demo\",\"tasks\":\"tickets\",\"digest\":\"%s\",\"items\":2,"
                    .formatted("ab".repeat(32))
                + "\"score\":0.5,\"low\":0.09453120463920084,\"high\":0.9054687953607992,"
                + "\"cost_micros\":500000,\"currency\":\"EUR\"}]");
  }

  @Test
  void aModelThatCouldNotBeAskedHasNoScore() {
    run("20260101-000000-tickets", 2, 0, Outcome.ERROR, Optional.empty());
    assertThat(new EvaluatedModels(folder).tell()).isEmpty();
    run("20260102-000000-tickets", 2, 1, Outcome.ERROR, Optional.empty());
    assertThat(new EvaluatedModels(folder).tell()).hasSize(1);
  }

  @Test
  void theLeastCostIsNotToldAsNothing() {
    run("20260101-000000-tickets", 2, 2, Optional.of(new Meter.Cost(1e-12, "EUR")));
    assertThat(new EvaluatedModels(folder).tell().get(0).get("cost_micros").asLong()).isEqualTo(1);
    run("20260102-000000-tickets", 2, 2, Optional.of(new Meter.Cost(0, "EUR")));
    assertThat(new EvaluatedModels(folder).tell().get(0).get("cost_micros").asLong()).isZero();
  }

  @Test
  void brokenRunsAndNoRunsAreNoError() throws Exception {
    assertThat(new EvaluatedModels(folder.resolve("absent")).tell()).isEmpty();
    Files.writeString(folder.resolve("20260101-000000-x.jsonl"), "{\"run\":");
    assertThat(new EvaluatedModels(folder).tell()).isEmpty();
  }
}
