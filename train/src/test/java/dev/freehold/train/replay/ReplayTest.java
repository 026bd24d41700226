package dev.freehold.train.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freehold.kernel.Kernels;
import dev.freehold.train.PreparedRun;
import dev.freehold.train.TinyRun;
import dev.freehold.train.TrainException;
import dev.freehold.train.transcript.StateTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/// An honest run passes every check; whatever a forger changes is caught and named, however many
/// hashes are recomputed.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ReplayTest {
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

  private Replay replay(Path run) {
    return new Replay(prepared, RunFolder.open(run), kernels.pool(), step -> {});
  }

  /// All checks in the order of the command, up to the first that finds something.
  private Optional<Finding> verify(Path run) {
    Replay replay = replay(run);
    RunFolder opened = RunFolder.open(run);
    Optional<Finding> found = replay.header().or(replay::inputs);
    for (long step : opened.checkpointSteps()) {
      found = found.or(() -> replay.checkpoint(step));
    }
    for (Stretch stretch : Stretch.of(opened)) {
      found = found.or(() -> replay.stretch(stretch));
    }
    return found;
  }

  @Test
  void anHonestRunPassesAndStaysAsItIs() throws IOException {
    byte[] before = Files.readAllBytes(honest.resolve("transcript.jsonl"));
    assertThat(verify(honest)).isEmpty();
    assertThat(replay(honest).stretch(new Stretch(4, 7))).isEmpty();
    assertThat(Files.readAllBytes(honest.resolve("transcript.jsonl"))).isEqualTo(before);
  }

  @Test
  void aFlippedBitAnywhereInTheTranscriptIsCaughtAndItsLineNamed() throws IOException {
    Path run = forger.forgery("flipped");
    Path file = run.resolve("transcript.jsonl");
    byte[] bytes = Files.readAllBytes(file);
    int line = 1;
    for (int i = 0; i < bytes.length; i++) {
      byte[] changed = bytes.clone();
      changed[i] ^= (byte) (1 << (i % 8));
      Files.write(file, changed);
      assertThatThrownBy(() -> RunFolder.open(run))
          .as("bit %d of byte %d", i % 8, i)
          .isInstanceOf(TrainException.class)
          .hasMessageContaining("line " + line);
      line += bytes[i] == '\n' ? 1 : 0;
    }
  }

  @Test
  void twoExchangedBatchesAreNamed() throws IOException {
    Path run = forger.forgery("exchanged");
    List<String> bodies = Forger.bodies(run);
    String five = RunFolder.open(run).transcript().step(5).batch();
    String nine = RunFolder.open(run).transcript().step(9).batch();
    bodies.set(5, Forger.with(bodies.get(5), "batch", nine));
    bodies.set(9, Forger.with(bodies.get(9), "batch", five));
    Forger.write(run, bodies);
    Finding found = verify(run).orElseThrow();
    assertThat(found.step()).isEqualTo(5);
    assertThat(found.field()).isEqualTo("batch");
    assertThat(found.computed()).isEqualTo(five);
    assertThat(found.claimed()).isEqualTo(nine);
  }

  @Test
  void anotherRateInOneStepIsNamedWhereTheTranscriptAdmitsIt() throws IOException {
    Finding found = verify(forger.otherRate("admitted", 6, true)).orElseThrow();
    assertThat(found.step()).isEqualTo(6);
    assertThat(found.field()).isEqualTo("rate");
  }

  @Test
  void anotherRateInOneStepIsNamedWhereTheTranscriptConcealsIt() throws IOException {
    Finding found = verify(forger.otherRate("committed", 6, false)).orElseThrow();
    assertThat(found.step()).isEqualTo(6);
    assertThat(found.field()).as("step 6 commits to its state").isEqualTo("state");
    assertThat(found.tensors().step()).isEqualTo(8);
    assertThat(found.tensors().names()).contains(CHANGED);

    found = verify(forger.otherRate("uncommitted", 5, false)).orElseThrow();
    assertThat(found.step()).isEqualTo(6);
    assertThat(found.field()).as("the first number after the update of step 5").isEqualTo("loss");
    assertThat(found.tensors().names()).contains(CHANGED);
    assertThat(found.text()).contains("step 6, loss", "in the checkpoint of step 8");
  }

  @Test
  void aCheckpointThatIsOffByOneUlpIsNamedWithItsTensor() throws IOException {
    Path run = forger.forgery("ulp");
    Path description = run.resolve("checkpoints/step-00000008/checkpoint.json");
    byte[] before = Files.readAllBytes(description);
    forger.oneUlp(run, 8, CHANGED);

    Finding forged = verify(run).orElseThrow();
    assertThat(forged.step()).isEqualTo(8);
    assertThat(forged.field()).isEqualTo("checkpoint");
    assertThat(forged.tensors()).isEqualTo(new Finding.Tensors(8, List.of(CHANGED)));

    Files.write(description, before);
    assertThat(verify(run)).as("with the description that belongs to it").contains(forged);
    assertThatThrownBy(() -> TinyRun.train(TinyRun.RECIPE, cutAfter(run, 8), 12))
        .isInstanceOf(TrainException.class)
        .hasMessageContainingAll("step-00000008", CHANGED, "is not what was written");
  }

  private static Path cutAfter(Path run, long step) throws IOException {
    for (Path file : List.of(run.resolve("checkpoints/step-%08d".formatted(step + 4)))) {
      try (var files = Files.list(file)) {
        for (Path each : files.toList()) {
          Files.delete(each);
        }
      }
      Files.delete(file);
    }
    return run;
  }

  @Test
  void aRunThatGoesOnFromAChangedCheckpointIsNamedWithTheTensor() throws IOException {
    Path run = forger.forgery("poisoned");
    StateTree state = forger.oneUlp(run, 8, CHANGED);
    List<String> bodies = new ArrayList<>(Forger.bodies(run).subList(0, 9));
    bodies.set(8, Forger.with(bodies.get(8), "state", state.root()));
    Forger.trainOn(prepared, RunFolder.open(run).checkpoints(), bodies);
    Forger.write(run, bodies);
    Finding found = verify(run).orElseThrow();
    assertThat(found.step()).isEqualTo(8);
    assertThat(found.field()).isEqualTo("state");
    assertThat(found.tensors()).isEqualTo(new Finding.Tensors(8, List.of(CHANGED)));
  }

  @Test
  void filesBesideTheWeightsAreCheckedToo() throws IOException {
    Path run = forger.forgery("configuration");
    Path file = run.resolve("checkpoints/step-00000004/config.json");
    Files.writeString(file, Files.readString(file).replace("10000", "10001"));
    assertThat(verify(run).orElseThrow().where()).isEqualTo(file.toString());
  }

  @Test
  void anotherRecipeOrHeaderIsNamed() throws IOException {
    Path run = forger.forgery("recipe");
    Files.writeString(
        run.resolve("recipe.yaml"), TinyRun.RECIPE.replace("rate: 3e-3", "rate: 2e-3"));
    assertThatThrownBy(() -> RunFolder.open(run).recipe())
        .isInstanceOf(TrainException.class)
        .hasMessageContainingAll("recipe.yaml", "the transcript is of recipe");

    List<String> bodies = Forger.bodies(run);
    bodies.set(0, Forger.with(bodies.getFirst(), "data", "0".repeat(64)));
    Forger.write(run, bodies);
    assertThat(verify(run).orElseThrow().field()).isEqualTo("data");
  }

  @Test
  void samplesAreChosenBySeedAndCoverEverythingInTime() {
    List<Stretch> all = Stretch.of(RunFolder.open(honest));
    assertThat(all).containsExactly(new Stretch(0, 4), new Stretch(4, 8), new Stretch(8, 12));
    assertThat(Stretch.sample(all, 2, 7)).isEqualTo(Stretch.sample(all, 2, 7)).hasSize(2);
    assertThat(Stretch.sample(all, 9, 7)).isEqualTo(all);
    List<Stretch> chosen = new ArrayList<>();
    for (long seed = 0; seed < 3000; seed++) {
      chosen.addAll(Stretch.sample(all, 1, seed));
    }
    for (Stretch stretch : all) {
      assertThat(Collections.frequency(chosen, stretch)).isBetween(850, 1150);
    }
    assertThatThrownBy(() -> Stretch.sample(all, 0, 7)).isInstanceOf(TrainException.class);
  }
}
