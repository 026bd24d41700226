package dev.freehold.train;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freehold.kernel.ActivationFormat;
import dev.freehold.kernel.KernelOptions;
import dev.freehold.kernel.Kernels;
import dev.freehold.kernel.Tier;
import dev.freehold.train.recipe.RecipeReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/// Fifty steps give one hash of the weights and one root of the transcript: over kernel tiers,
/// vector widths, 1, 2 and 3 threads, with activations kept and computed again, and resumed at
/// every tenth step.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SameWeightsTest {
  private static final int STEPS = 50;
  private static final int STRETCH = 10;

  private static final String RECIPE =
      """
      name: same
      arithmetic: fh1
      seed: 1
      steps: 50
      architecture: {model_type: qwen3, hidden_size: 16, intermediate_size: 40,
        num_hidden_layers: 2, num_attention_heads: 2, num_key_value_heads: 1, head_dim: 8,
        vocab_size: 300, max_position_embeddings: 80, tie_word_embeddings: true}
      data: {corpus: seedling, corpus_seed: 1, documents: 120, held_out: 0, vocabulary: 300,
        order_seed: 1, loss: text}
      batch: {sequences: 4, length: 66}
      optimizer: {kind: adamw, rate: 3e-3}
      schedule: {kind: warmup-stable-decay, warmup: 5, decay: 10}
      every: {evaluate: 0, checkpoint: 10, state: 5}
      """;

  /// SHA-256 of the weights, and the root of the transcript. This class makes them: where they
  /// differ, the failure says what was found. They are those of `fh1` on this recipe: no machine
  /// changes them, and of versions only one that generates another Seedling corpus.
  private static final String EXPECTED =
      "be9437d9d6547cf3d1d4c297774330193a135f532c25448b94e2ed9b61af7335"
          + " 6f525487b652dd00bf94b693e864bf9c78efb3de5282d70a3377c6aa89183dcd";

  /// One way to compute, with a run that is prepared for it.
  private record Way(String name, Kernels kernels, PreparedRun prepared) {
    /// Goes on in a folder up to a step, from its last checkpoint or from the first values.
    String train(Path folder, long last) {
      prepared.restart();
      TrainingRun run = new TrainingRun(prepared, folder, kernels);
      while (run.step() < last) {
        run.next();
      }
      return run.digest() + " " + run.root();
    }
  }

  private final List<Way> ways = new ArrayList<>();
  private Path folder = Path.of("");

  @BeforeAll
  void open(@TempDir Path folder) {
    this.folder = folder;
    for (int threads = 1; threads <= 3; threads++) {
      open(Tier.REFERENCE, 0, threads);
      for (int lanes : Kernels.vectorWidths()) {
        open(Tier.VECTOR, lanes, threads);
      }
      open(Tier.MACHINE, 0, threads);
    }
  }

  private void open(Tier tier, int lanes, int threads) {
    boolean recompute = threads == 2;
    Kernels kernels = Kernels.open(new KernelOptions(tier, lanes, threads, ActivationFormat.F32));
    PreparedRun prepared =
        new PreparedRun(
            RecipeReader.parse(RECIPE, "same"), folder.resolve("tokenizer"), kernels, recompute);
    String name = "%s tier, %d bits, %d threads".formatted(tier, lanes, threads);
    ways.add(new Way(name, kernels, prepared));
  }

  @AfterAll
  void close() {
    ways.forEach(way -> way.kernels().close());
  }

  @Test
  void inOneGo() {
    for (Way way : List.of(ways.getFirst(), ways.getLast())) {
      Path run = folder.resolve(way.name());
      assertThat(way.train(run, STEPS)).as(way.name()).isEqualTo(EXPECTED);
    }
  }

  /// As many runs as there are ways, each resumed four times and each time in another way, so that
  /// every way computes every stretch of ten steps, from a checkpoint that another one wrote.
  @Test
  void resumedAtEveryTenthStepInAnotherWay() {
    for (int number = 0; number < ways.size(); number++) {
      Path run = folder.resolve("run-" + number);
      List<String> taken = new ArrayList<>();
      String found = "";
      for (int last = STRETCH; last <= STEPS; last += STRETCH) {
        Way way = ways.get((number + taken.size()) % ways.size());
        found = way.train(run, last);
        taken.add(way.name());
      }
      assertThat(found).as("%s", taken).isEqualTo(EXPECTED);
    }
  }
}
