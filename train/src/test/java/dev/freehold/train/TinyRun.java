package dev.freehold.train;

import dev.freehold.kernel.ActivationFormat;
import dev.freehold.kernel.KernelOptions;
import dev.freehold.kernel.Kernels;
import dev.freehold.kernel.Tier;
import dev.freehold.train.recipe.Recipe;
import dev.freehold.train.recipe.RecipeReader;
import dev.freehold.train.replay.RunFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// A run of twelve steps that takes a second or two, with a checkpoint after every fourth.
public final class TinyRun {
  public static final String RECIPE =
      """
      name: tiny
      arithmetic: fh1
      seed: 1
      steps: 12
      architecture: {model_type: qwen3, hidden_size: 16, intermediate_size: 32,
        num_hidden_layers: 2, num_attention_heads: 2, num_key_value_heads: 1, head_dim: 8,
        vocab_size: 300, max_position_embeddings: 64, tie_word_embeddings: true}
      data: {corpus: seedling, corpus_seed: 1, documents: 40, held_out: 0, vocabulary: 300,
        order_seed: 1, loss: text}
      batch: {sequences: 2, length: 64}
      optimizer: {kind: adamw, rate: 3e-3}
      schedule: {kind: cosine, warmup: 2}
      every: {checkpoint: 4, state: 2}
      """;

  private TinyRun() {}

  public static Recipe recipe() {
    return RecipeReader.parse(RECIPE, "tiny");
  }

  public static Kernels kernels() {
    return Kernels.open(new KernelOptions(Tier.VECTOR, 0, 2, ActivationFormat.F32));
  }

  /// Trains up to a step, or on to it, and gives the digest of the weights and the root.
  public static String train(String recipe, Path folder, long last) throws IOException {
    Files.createDirectories(folder);
    Files.writeString(folder.resolve(RunFolder.RECIPE), recipe);
    try (Kernels kernels = kernels()) {
      TrainingRun run = new TrainingRun(RecipeReader.parse(recipe, "tiny"), folder, kernels, false);
      while (run.step() < last) {
        run.next();
      }
      return run.digest() + " " + run.root();
    }
  }
}
