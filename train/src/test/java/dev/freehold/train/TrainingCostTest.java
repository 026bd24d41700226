package dev.freehold.train;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freehold.kernel.ActivationFormat;
import dev.freehold.kernel.KernelOptions;
import dev.freehold.kernel.Kernels;
import dev.freehold.kernel.Tier;
import dev.freehold.kernel.Write;
import dev.freehold.train.recipe.Recipe;
import dev.freehold.train.recipe.RecipeReader;
import dev.freehold.train.step.Batch;
import dev.freehold.train.step.Parameters;
import dev.freehold.train.step.TrainedModel;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

/// What a recipe takes is said in advance: operations as counted by hand, and scratch memory that
/// the kernels do not exceed, nor fall far short of.
class TrainingCostTest {
  private static String recipe(String shape, String batch) {
    return """
    name: cost
    arithmetic: fh1
    seed: 1
    steps: 10
    architecture: {model_type: llama, %s, num_hidden_layers: 2, max_position_embeddings: 600}
    data: {corpus: seedling, corpus_seed: 1, documents: 10, held_out: 0, vocabulary: 300,
      order_seed: 1, loss: text}
    batch: {%s}
    optimizer: {kind: adamw, rate: 1e-3}
    schedule: {kind: cosine, warmup: 1}
    every: {evaluate: 0}
    """
        .formatted(shape, batch);
  }

  private static final String SHAPE =
      "hidden_size: 64, intermediate_size: 160, num_attention_heads: 4, num_key_value_heads: 2,"
          + " head_dim: 16, vocab_size: 300, tie_word_embeddings: ";

  /// Weights of a layer: 64 x 64 twice, 64 x 32 twice, 64 x 160 three times; the head has 64 x 300.
  @Test
  void operationsAreThoseOfMatricesAndAttention() {
    String batch = "sequences: 2, length: 9, accumulate: 3";
    Recipe untied = RecipeReader.parse(recipe(SHAPE + false, batch), "test");
    TrainingCost cost = TrainingCost.of(untied, 2, false);
    long norms = 5 * 64;
    long layers = 2 * (2 * 64 * 64 + 2 * 64 * 32 + 3 * 64 * 160);
    long head = 64 * 300;
    assertThat(cost.parameters()).isEqualTo(layers + 2 * head + norms);
    assertThat(cost.stateBytes()).isEqualTo(16 * cost.parameters());
    double attention = 2 * 4 * 5.0 * (8 * 16 + 6 * 16);
    double perToken = 6.0 * (layers + head + norms) + attention;
    assertThat(cost.operations()).isEqualTo(perToken * 10 * 54);
    Recipe tied = RecipeReader.parse(recipe(SHAPE + true, batch), "test");
    assertThat(TrainingCost.of(tied, 2, false).operations()).isEqualTo(cost.operations());
    double forward = 2.0 * (layers + head + norms) + 2 * 4 * 5.0 * 4 * 16;
    assertThat(TrainingCost.of(tied, 2, true).operations())
        .isEqualTo((perToken + forward) * 10 * 54);
  }

  @Test
  void theKernelsTakeNoMoreThanWasSaid() {
    String wide =
        "hidden_size: 192, intermediate_size: 512, num_attention_heads: 6, num_key_value_heads: 2,"
            + " head_dim: 32, vocab_size: 1536, tie_word_embeddings: true";
    for (String batch : new String[] {"sequences: 2, length: 300", "sequences: 1, length: 600"}) {
      for (String shape : new String[] {SHAPE + true, wide}) {
        Recipe recipe = RecipeReader.parse(recipe(shape, batch), "test");
        for (int threads = 1; threads <= 2; threads++) {
          long said = TrainingCost.of(recipe, threads, false).scratchBytes();
          for (Tier tier : List.of(Tier.VECTOR, Tier.MACHINE)) {
            assertThat(taken(recipe, tier, threads)).as(batch).isBetween(said / 8, said);
          }
        }
      }
    }
  }

  private static long taken(Recipe recipe, Tier tier, int threads) {
    KernelOptions options = new KernelOptions(tier, 0, threads, ActivationFormat.F32);
    RecipeModel shape = RecipeModel.of(recipe, OptionalInt.empty());
    try (Kernels kernels = Kernels.open(options)) {
      Parameters parameters = new Parameters(shape.architecture(), shape.layout());
      parameters.initialize(1);
      int sequences = recipe.shape().sequences();
      int length = recipe.shape().length();
      TrainedModel model =
          new TrainedModel(shape.architecture(), parameters, kernels, sequences, length, false);
      int[] tokens = new int[sequences * length];
      Arrays.setAll(tokens, i -> i * 7 % 300);
      model.gradients(new Batch(sequences, length, tokens, tokens.clone()), 1, Write.SET);
      return model.scratchBytes();
    }
  }
}
