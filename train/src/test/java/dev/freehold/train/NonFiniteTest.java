package dev.freehold.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freehold.kernel.Kernels;
import dev.freehold.train.recipe.RecipeReader;
import dev.freehold.train.step.Parameter;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A NaN or infinity stops a run before anything is made of it, and says where it is.
class NonFiniteTest {
  private static final String RECIPE =
      TinyRun.RECIPE.replace("tie_word_embeddings: true", "tie_word_embeddings: false");

  @TempDir private Path folder = Path.of("");

  private static Parameter named(PreparedRun run, String name) {
    return run.parameters().all().stream()
        .filter(parameter -> parameter.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private PreparedRun prepared(Kernels kernels) {
    return new PreparedRun(RecipeReader.parse(RECIPE, "test"), folder, kernels, false);
  }

  @Test
  void aGradientThatOverflows() {
    try (Kernels kernels = TinyRun.kernels()) {
      PreparedRun run = prepared(kernels);
      run.compute(1);
      Parameter head = named(run, "lm_head.weight");
      head.values()[5] = Float.POSITIVE_INFINITY;
      String before = run.parameters().digest();
      assertThatThrownBy(() -> run.compute(2))
          .isInstanceOf(TrainException.class)
          .hasMessageContainingAll("step 2: the gradient of ", "is NaN at element");
      assertThat(run.parameters().digest()).as("nothing is changed").isEqualTo(before);
    }
  }

  @Test
  void anUpdateThatOverflows() {
    try (Kernels kernels = TinyRun.kernels()) {
      PreparedRun run = prepared(kernels);
      Parameter table = named(run, "model.embed_tokens.weight");
      int unused = 16 * 299 + 2; // of the last token, which no batch holds
      table.first()[unused] = -3e38f;
      assertThatThrownBy(() -> run.compute(1))
          .isInstanceOf(TrainException.class)
          .hasMessageContaining(
              "step 1: after it the value of model.embed_tokens.weight is Infinity at element "
                  + unused);
    }
  }

  @Test
  void aMomentThatOverflows() {
    try (Kernels kernels = TinyRun.kernels()) {
      PreparedRun run = prepared(kernels);
      Parameter query = named(run, "model.layers.1.self_attn.q_proj.weight");
      query.second()[8] = Float.POSITIVE_INFINITY;
      assertThatThrownBy(() -> run.compute(1))
          .isInstanceOf(TrainException.class)
          .hasMessageContainingAll(
              "step 1: after it the second moment of model.layers.1.self_attn.q_proj.weight",
              "Infinity at element 8");
    }
  }
}
