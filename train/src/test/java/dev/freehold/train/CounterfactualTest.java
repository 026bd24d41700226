package dev.freehold.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freehold.kernel.Kernels;
import dev.freehold.train.recipe.RecipeReader;
import dev.freehold.train.replay.Finding;
import dev.freehold.train.replay.Replay;
import dev.freehold.train.replay.RunFolder;
import dev.freehold.train.replay.Stretch;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/// A run without a document is exactly what the recipe gives when that document is padding.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CounterfactualTest {
  private final Kernels kernels = TinyRun.kernels();
  private Path folder = Path.of("");
  private Path original = Path.of("");

  @BeforeAll
  void train(@TempDir Path folder) throws IOException {
    this.folder = folder;
    original = folder.resolve("original");
    TinyRun.train(TinyRun.RECIPE, original, 12);
  }

  @AfterAll
  void close() {
    kernels.close();
  }

  private PreparedRun prepared() {
    return new PreparedRun(TinyRun.recipe(), folder.resolve("tokenizer"), kernels, false);
  }

  /// The id of a document that is first read within some steps.
  private String readWithin(long from, long to) {
    PreparedRun all = prepared();
    return LongStream.range(0, all.documents().count())
        .mapToObj(all.documents()::id)
        .filter(id -> firstUse(id) >= from && firstUse(id) <= to)
        .findFirst()
        .orElseThrow();
  }

  private final PreparedRun asked =
      new PreparedRun(TinyRun.recipe(), Path.of("target/tokenizer"), kernels, false);

  private long firstUse(String id) {
    try {
      return asked.leaveOut(id);
    } catch (TrainException unread) {
      return 0;
    }
  }

  private Counterfactual begin(String document, String out) {
    return Counterfactual.begin(
        prepared(), RunFolder.open(original), document, folder.resolve(out), kernels);
  }

  @Test
  void theWeightsAreThoseOfTrainingWithoutItFromTheBeginning() {
    String document = readWithin(6, 8);
    Counterfactual counterfactual = begin(document, "without");
    assertThat(counterfactual.from()).isEqualTo(4);
    TrainingRun run = counterfactual.run();
    assertThat(run.step()).isEqualTo(4);
    while (!run.isDone()) {
      run.next();
    }
    PreparedRun whole = prepared();
    assertThat(whole.leaveOut(document)).isEqualTo(counterfactual.firstUse());
    RunFolder with = RunFolder.open(original);
    RunFolder without = RunFolder.open(folder.resolve("without"));
    for (long step = 1; step <= 12; step++) {
      assertThat(without.transcript().step(step)).isEqualTo(whole.compute(step).record());
      assertThat(without.transcript().step(step).equals(with.transcript().step(step)))
          .as("step %d is the same with the document", step)
          .isEqualTo(step < counterfactual.firstUse());
    }
    assertThat(run.digest()).isEqualTo(whole.parameters().digest());
    assertThat(without.transcript().header()).containsEntry("without", document);

    Replay replay = new Replay(whole, without, kernels.pool(), step -> {});
    Optional<Finding> found = replay.header().or(replay::inputs);
    for (Stretch stretch : Stretch.of(without)) {
      found = found.or(() -> replay.stretch(stretch));
    }
    assertThat(found).as("it is a run that can be verified").isEmpty();
  }

  @Test
  void aDocumentOfTheFirstStepsNeedsNoCheckpointAndTheRunCanBeResumed() {
    String document = readWithin(1, 3);
    Counterfactual first = begin(document, "resumed");
    assertThat(first.from()).isZero();
    while (first.run().step() < 6) {
      first.run().next();
    }
    TrainingRun resumed = begin(document, "resumed").run();
    assertThat(resumed.step()).isEqualTo(4);
    while (!resumed.isDone()) {
      resumed.next();
    }
    TrainingRun again = begin(document, "again").run();
    while (!again.isDone()) {
      again.next();
    }
    assertThat(resumed.root()).isEqualTo(again.root());
  }

  @Test
  void whatCannotBeLeftOutIsRefused() throws IOException {
    assertThatThrownBy(() -> begin("0".repeat(64), "unknown"))
        .isInstanceOf(TrainException.class)
        .hasMessageContaining("no document with the SHA-256 " + "0".repeat(64));
    PreparedRun few =
        new PreparedRun(
            RecipeReader.parse(TinyRun.RECIPE.replace("steps: 12", "steps: 2"), "few"),
            folder.resolve("tokenizer"),
            kernels,
            false);
    String late = readWithin(3, 12);
    assertThatThrownBy(() -> few.leaveOut(late))
        .isInstanceOf(TrainException.class)
        .hasMessageContainingAll("no step up to the last, 2, reads it", "are some that are read");

    Counterfactual once = begin(readWithin(1, 3), "once");
    while (!once.run().isDone()) {
      once.run().next();
    }
    assertThatThrownBy(() ->
            Counterfactual.begin(
                prepared(),
                RunFolder.open(folder.resolve("once")),
                late,
                folder.resolve("twice"),
                kernels))
        .isInstanceOf(TrainException.class)
        .hasMessageContainingAll("once", "without=", "the run with all of them");

    Path unfinished = folder.resolve("unfinished");
    TinyRun.train(TinyRun.RECIPE, unfinished, 5);
    assertThatThrownBy(() ->
            Counterfactual.begin(
                prepared(), RunFolder.open(unfinished), late, folder.resolve("x"), kernels))
        .isInstanceOf(TrainException.class)
        .hasMessageContainingAll("5 of 12 steps are done", "--resume");
  }
}
