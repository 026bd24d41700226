package dev.freehold.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freehold.kernel.ActivationFormat;
import dev.freehold.kernel.KernelOptions;
import dev.freehold.kernel.Tier;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Small models with random weights give the logits that PyTorch and transformers gave in float64.
class GoldenTest {
  private static final Path GOLDENS = Path.of("src/test/resources/goldens");

  static ModelOptions exact(Tier tier) {
    return ModelOptions.of(new KernelOptions(tier, 0, 1, ActivationFormat.F32));
  }

  static Path golden(String name) {
    Path folder = GOLDENS.resolve(name);
    return Files.exists(folder.resolve("model.gguf")) ? folder.resolve("model.gguf") : folder;
  }

  @ParameterizedTest
  @ValueSource(strings = {"llama3-rope", "gemma3", "qwen3.5", "qwen2", "olmo3", "gpt-oss-truncate"})
  void logitsAreThoseOfAnIndependentImplementation(String name) {
    var prompts = LogitsCheck.read(GOLDENS.resolve(name).resolve("expected.json"));
    try (Model model = Model.open(golden(name), exact(Tier.REFERENCE))) {
      LogitsCheck.Result result = LogitsCheck.run(model, prompts);
      assertThat(result.maxDifference()).isLessThan(1e-3);
      assertThat(result.nllDifference()).isLessThan(1e-4);
      assertThat(result.greedyEqual()).isEqualTo(result.prompts());
      assertThat(result.sameInPieces()).isTrue();
    }
  }
}
