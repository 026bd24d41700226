package dev.freehold.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freehold.chat.Sampling;
import dev.freehold.chat.SamplingParameter;
import dev.freehold.tensor.Metadata;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SamplingDefaultsTest {
  @TempDir private Path folder;

  private Sampling fromFolder(String json) throws IOException {
    Files.writeString(folder.resolve("generation_config.json"), json);
    return SamplingDefaults.fromFolder(folder);
  }

  @Test
  void takesWhatTheMakersRecommend() throws IOException {
    assertThat(fromFolder("{\"temperature\": 0.6, \"top_k\": 20, \"eos_token_id\": [1, 2]}"))
        .isEqualTo(
            Sampling.UNSAID
                .with(SamplingParameter.TEMPERATURE, 0.6)
                .with(SamplingParameter.TOP_K, 20));
    assertThat(fromFolder("{\"do_sample\": false}")).isEqualTo(Sampling.greedy());
    assertThat(fromFolder("{\"top_k\": -1}"))
        .isEqualTo(Sampling.UNSAID.with(SamplingParameter.TOP_K, 0));
  }

  @Test
  void readsTheKeysOfGgufFiles() {
    Metadata metadata =
        new Metadata(Map.of("general.sampling.temp", 0.5, "general.sampling.top_k", 7L));
    assertThat(SamplingDefaults.fromGguf(metadata))
        .isEqualTo(
            Sampling.UNSAID
                .with(SamplingParameter.TEMPERATURE, 0.5)
                .with(SamplingParameter.TOP_K, 7));
  }

  @Test
  void withoutARecommendationTheGeneralOneHolds() throws IOException {
    assertThat(SamplingDefaults.fromFolder(folder)).isEqualTo(SamplingDefaults.GENERAL);
    assertThat(fromFolder("{\"eos_token_id\": 2}")).isEqualTo(SamplingDefaults.GENERAL);
    assertThat(SamplingDefaults.fromGguf(new Metadata(Map.of())))
        .isEqualTo(SamplingDefaults.GENERAL);
  }

  @Test
  void aRecommendationThatCannotBeIsAnErrorWithItsPlace() {
    assertThatThrownBy(() -> fromFolder("{\"top_p\": 1.5}"))
        .isInstanceOf(EngineException.class)
        .hasMessageContainingAll("generation_config.json", "top_p", "1.5");
    assertThatThrownBy(() -> fromFolder("{\"temperature\": \"hot\"}"))
        .isInstanceOf(EngineException.class)
        .hasMessageContainingAll("generation_config.json", "temperature", "hot");
  }
}
