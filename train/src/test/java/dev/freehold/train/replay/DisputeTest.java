package dev.freehold.train.replay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freehold.kernel.Kernels;
import dev.freehold.train.PreparedRun;
import dev.freehold.train.TinyRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/// A dispute is narrowed to one step, and decided by computing it.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DisputeTest {
  private static final String CHANGED = "model.layers.1.mlp.up_proj.weight";

  private final Kernels kernels = TinyRun.kernels();
  private Path honest = Path.of("");
  private PreparedRun prepared =
      new PreparedRun(TinyRun.recipe(), Path.of("target/tokenizer"), kernels, false);
  private Forger forger = new Forger(Path.of(""), prepared, kernels);

  @BeforeAll
  void train(@TempDir Path folder) throws IOException {
    honest = folder.resolve("honest");
    TinyRun.train(TinyRun.RECIPE, honest, 12);
    prepared = new PreparedRun(TinyRun.recipe(), folder.resolve("tokenizer"), kernels, false);
    forger = new Forger(folder, prepared, kernels);
  }

  @AfterAll
  void close() {
    kernels.close();
  }

  private static Comparison compare(Path one, Path other) {
    return Comparison.of(RunFolder.open(one), RunFolder.open(other));
  }

  private Dispute.Ruling settle(Path one, Path other) {
    return new Dispute(prepared, compare(one, other), kernels.pool(), step -> {}).settle();
  }

  private static void deleteCheckpoints(Path run) throws IOException {
    List<Path> all;
    try (Stream<Path> walk = Files.walk(run.resolve("checkpoints"))) {
      all = walk.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path path : all) {
      Files.delete(path);
    }
  }

  @Test
  void equalRunsAgreeAsFarAsBothGo() throws IOException {
    assertThat(compare(honest, honest).step()).isEmpty();
    Path shorter = forger.folder().resolve("shorter");
    TinyRun.train(TinyRun.RECIPE, shorter, 7);
    assertThat(compare(honest, shorter).step()).isEmpty();
    assertThat(compare(honest, shorter).common()).isEqualTo(7);
  }

  @Test
  void theFirstDifferentStepIsFoundWhereverItIs() throws IOException {
    for (int line = 1; line <= 12; line++) {
      Path run = forger.forgery("line-" + line);
      List<String> bodies = Forger.bodies(run);
      bodies.set(line, Forger.with(bodies.get(line), "norm", "3f800000"));
      Forger.write(run, bodies);
      Comparison comparison = compare(honest, run);
      assertThat(comparison.step()).contains((long) line);
      assertThat(comparison.looks()).isLessThanOrEqualTo(5);
      assertThat(comparison.fields()).hasSize(1);
      Dispute.Ruling ruling = settle(honest, run);
      assertThat(ruling.step()).isEqualTo(line);
      assertThat(ruling.one()).isEmpty();
      assertThat(ruling.other().orElseThrow().field()).isEqualTo("norm");
      assertThat(ruling.from()).as("the last checkpoint before").isEqualTo((line - 1) / 4 * 4);
    }
  }

  @Test
  void theWrongOneIsNamedWithStepFieldAndTensor() throws IOException {
    Path forged = forger.otherRate("rate", 7, false);
    Dispute.Ruling ruling = settle(forged, honest);
    assertThat(ruling.other()).as("the honest one").isEmpty();
    Finding wrong = ruling.one().orElseThrow();
    assertThat(wrong.step()).isEqualTo(8);
    assertThat(wrong.field()).isEqualTo("loss");
    assertThat(wrong.tensors().step()).isEqualTo(8);
    assertThat(wrong.tensors().names()).contains(CHANGED);
    assertThat(ruling.basis()).contains("step-00000004");
  }

  @Test
  void oneOfTheTwoMayLackCheckpointsOrBoth() throws IOException {
    Path forged = forger.otherRate("without", 7, false);
    Path bare = forger.forgery("bare");
    deleteCheckpoints(bare);
    Dispute.Ruling ruling = settle(bare, forged);
    assertThat(ruling.one()).isEmpty();
    assertThat(ruling.other().orElseThrow().tensors().names()).contains(CHANGED);
    assertThat(ruling.from()).isEqualTo(4);

    deleteCheckpoints(forged);
    ruling = settle(bare, forged);
    assertThat(ruling.one()).isEmpty();
    assertThat(ruling.other().orElseThrow().step()).isEqualTo(8);
    assertThat(ruling.other().orElseThrow().tensors()).isEqualTo(Finding.Tensors.UNKNOWN);
    assertThat(ruling.from()).isZero();
    assertThat(ruling.basis()).isEqualTo("the first values");
  }

  @Test
  void aChangedCheckpointIsPassedOver() throws IOException {
    Path forged = forger.otherRate("other", 7, false);
    Path changed = forger.forgery("changed");
    forger.oneUlp(changed, 4, CHANGED);
    Dispute.Ruling ruling = settle(changed, forged);
    assertThat(ruling.notes()).singleElement().asString().contains("changed", "step-00000004");
    assertThat(ruling.basis()).contains("other", "step-00000004");
    assertThat(ruling.one()).isEmpty();
  }

  @Test
  void bothMayBeWrong() throws IOException {
    Path one = forger.otherRate("one", 6, false);
    Path other = forger.otherRate("two", 7, false);
    Dispute.Ruling ruling = settle(one, other);
    assertThat(ruling.step()).as("the two part here").isEqualTo(6);
    assertThat(ruling.one()).isPresent();
    assertThat(ruling.other()).as("right up to here").isEmpty();

    Path later = forger.forgery("later");
    Forger.copy(one, forger.folder().resolve("one-more"));
    List<String> bodies = Forger.bodies(one);
    bodies.set(11, Forger.with(bodies.get(11), "norm", "3f800000"));
    Forger.write(later, bodies);
    deleteCheckpoints(later);
    deleteCheckpoints(one);
    ruling = settle(one, later);
    assertThat(ruling.step()).as("they part at 11, but were wrong before").isEqualTo(6);
    assertThat(ruling.one()).isPresent();
    assertThat(ruling.other()).isPresent();
  }

  @Test
  void differentSourcesAreSaidFirst() throws IOException {
    Path other = forger.folder().resolve("recipe");
    TinyRun.train(TinyRun.RECIPE.replace("3e-3", "2e-3"), other, 2);
    Comparison comparison = compare(honest, other);
    assertThat(comparison.step()).contains(0L);
    assertThat(comparison.sources()).extracting(Comparison.Unlike::name).containsExactly("recipe");
    assertThat(comparison.recipes())
        .containsExactly(new Comparison.Unlike("optimizer.rate", "0.003", "0.002"));

    Path data = forger.forgery("data");
    List<String> bodies = Forger.bodies(data);
    bodies.set(0, Forger.with(bodies.getFirst(), "data", "0".repeat(64)));
    Forger.write(data, bodies);
    Dispute.Ruling ruling = settle(honest, data);
    assertThat(ruling.one()).isEmpty();
    assertThat(ruling.other().orElseThrow().field()).isEqualTo("data");
  }
}
