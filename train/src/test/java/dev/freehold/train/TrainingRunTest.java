package dev.freehold.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freehold.kernel.ActivationFormat;
import dev.freehold.kernel.KernelOptions;
import dev.freehold.kernel.Kernels;
import dev.freehold.kernel.Tier;
import dev.freehold.train.recipe.Recipe;
import dev.freehold.train.recipe.RecipeReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A run gives the same weights and the same transcript wherever it is stopped; what does not fit
/// its transcript or checkpoint is caught and named.
class TrainingRunTest {
  private static final String RECIPE =
      """
      name: test
      arithmetic: fh1
      seed: 1
      steps: 50
      architecture: {model_type: qwen3, hidden_size: 32, intermediate_size: 64,
        num_hidden_layers: 2, num_attention_heads: 4, num_key_value_heads: 2, head_dim: 8,
        vocab_size: 400, max_position_embeddings: 512, tie_word_embeddings: true}
      data: {corpus: seedling, corpus_seed: 1, documents: 120, held_out: 12, vocabulary: 400,
        order_seed: 1, loss: replies}
      batch: {sequences: 1, length: 512}
      optimizer: {kind: adamw, rate: 3e-3}
      schedule: {kind: cosine, warmup: 5}
      every: {evaluate: 25, checkpoint: 10}
      """;

  @TempDir private Path folder = Path.of("");

  private static final KernelOptions FAST =
      new KernelOptions(Tier.VECTOR, 0, 2, ActivationFormat.F32);

  /// Weights and transcript after the steps up to `last`.
  private static String run(String recipe, Path out, KernelOptions options, long last) {
    try (Kernels kernels = Kernels.open(options)) {
      TrainingRun run = new TrainingRun(RecipeReader.parse(recipe, "test"), out, kernels, false);
      while (run.step() < last) {
        run.next();
      }
      return run.digest() + " " + run.root();
    }
  }

  @Test
  void stoppedBetweenCheckpointsStepsAreComputedAgainWithTheSameBits() {
    String expected = run(RECIPE, folder.resolve("plain"), FAST, 22);
    for (int stop : new int[] {5, 18}) {
      Path out = folder.resolve("stopped-" + stop);
      run(RECIPE, out, FAST, stop);
      assertThat(run(RECIPE, out, FAST, 22)).as("stopped after %d", stop).isEqualTo(expected);
    }
  }

  @Test
  void anotherRateInOneStepIsCaught() throws IOException {
    Path out = folder.resolve("run");
    run(RECIPE, out, FAST, 15);
    Path transcript = out.resolve("transcript.jsonl");
    String text = Files.readString(transcript);
    String line = text.lines().skip(12).findFirst().orElseThrow();
    Files.writeString(transcript, text.replace(line, line.replace("\"rate\":\"3", "\"rate\":\"2")));
    assertThatThrownBy(() -> run(RECIPE, out, FAST, 15))
        .isInstanceOf(TrainException.class)
        .hasMessageContainingAll("line 13", "step 12", "the chain of hashes is broken");
  }

  @Test
  void aFlippedBitBeforeTheCheckpointIsCaught() throws IOException {
    Path out = folder.resolve("run");
    run(RECIPE, out, FAST, 10);
    Path transcript = out.resolve("transcript.jsonl");
    byte[] bytes = Files.readAllBytes(transcript);
    for (int at : new int[] {bytes.length / 2, bytes.length - 20}) {
      byte[] changed = bytes.clone();
      changed[at] ^= 1;
      Files.write(transcript, changed);
      assertThatThrownBy(() -> run(RECIPE, out, FAST, 10)).isInstanceOf(RuntimeException.class);
    }
  }

  @Test
  void aCheckpointThatIsOffByOneUlpIsCaught() throws IOException {
    Path out = folder.resolve("run");
    run(RECIPE, out, FAST, 10);
    Path weights = out.resolve("checkpoints/step-00000010/model.safetensors");
    byte[] bytes = Files.readAllBytes(weights);
    bytes[bytes.length - 4] ^= 1;
    Files.write(weights, bytes);
    assertThatThrownBy(() -> run(RECIPE, out, FAST, 11))
        .isInstanceOf(TrainException.class)
        .hasMessageContainingAll("step-00000010", "model.norm.weight is not what was written");
  }

  @Test
  void aLineThatWasNotWrittenToItsEndIsWrittenAgain() throws IOException {
    Path out = folder.resolve("run");
    String expected = run(RECIPE, out, FAST, 12);
    Path transcript = out.resolve("transcript.jsonl");
    byte[] bytes = Files.readAllBytes(transcript);
    Files.write(transcript, Arrays.copyOf(bytes, bytes.length - 30));
    assertThat(run(RECIPE, out, FAST, 12)).isEqualTo(expected);
    assertThat(Files.readAllBytes(transcript)).isEqualTo(bytes);
  }

  @Test
  void anotherRecipeInTheSameFolderIsRefused() {
    Path out = folder.resolve("run");
    run(RECIPE, out, FAST, 10);
    assertThatThrownBy(() -> run(RECIPE.replace("seed: 1\nsteps", "seed: 2\nsteps"), out, FAST, 11))
        .isInstanceOf(TrainException.class)
        .hasMessageContaining("transcript.jsonl, line 1");
  }

  @Test
  void recipesAreStrict() {
    Recipe recipe = RecipeReader.parse(RECIPE, "test");
    assertThat(RecipeReader.parse(RECIPE + "# a comment\n", "test").digest())
        .isEqualTo(recipe.digest());
    assertThat(RecipeReader.parse(RECIPE.replace("3e-3", "2e-3"), "test").digest())
        .isNotEqualTo(recipe.digest());
    refused(RECIPE.replace("steps: 50", "steps: 50\ncolour: red"), "unknown colour");
    refused(RECIPE.replace("rate: 3e-3", "rate: fast"), "optimizer.rate", "\"fast\"");
    refused(RECIPE.replace("fh1", "fh2"), "fh2");
    refused(RECIPE.replace("vocabulary: 400", "vocabulary: 500"), "500", "400");
    refused(RECIPE.replace("length: 512", "length: 513"), "batch.length: 513", "512");
    refused(RECIPE.replace("steps: 50", "steps: 50\nsteps: 51"), "no YAML");
    refused("a: &x [1]\nb: *x", "no YAML");
    refused("[1, 2]", "expected a mapping");
    refused("a: !!java.net.URL [x]", "no YAML");
  }

  private static void refused(String recipe, String... parts) {
    assertThatThrownBy(() -> RecipeReader.parse(recipe, "test"))
        .isInstanceOf(TrainException.class)
        .hasMessageContainingAll(parts);
  }
}
