package dev.freehold.cli.exit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freehold.cli.speed.Work;
import dev.freehold.tensor.StrictJson;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/// What models lack for what routes were used for.
class LocalModelFactsTest {
  private static final Work WORK = new Work(1e9, 2e9, 0);

  private static LocalModelFacts model(boolean hasTools) {
    return new LocalModelFacts(
        "small",
        3_000_000_000L,
        1_000_000_000L,
        new LocalModelFacts.Limits(8192, hasTools),
        WORK,
        WORK);
  }

  private static JsonNode json(String text) {
    return StrictJson.parse(text.getBytes(StandardCharsets.UTF_8), "a line");
  }

  @Test
  void whatWasAskedForIsHeldAgainstTheModel() {
    RouteUse use = new RouteUse();
    use.add(json("{\"prompt_tokens\":8000,\"completion_tokens\":192,\"backend\":\"a\"}"));
    assertThat(model(false).lacks(use, 8e9)).isEmpty();
    use.addRecorded(json("{\"request\":{\"messages\":[],\"tools\":[{}]}}"));
    assertThat(model(true).lacks(use, 8e9)).isEmpty();
    assertThat(model(false).lacks(use, 8e9)).containsExactly("tools");
    assertThat(model(true).lacks(use, 3.5e9))
        .containsExactly("memory: 4.0 GB, and there are 3.5 GB");
    use.add(json("{\"prompt_tokens\":8000,\"completion_tokens\":193}"));
    use.addRecorded(
        json("{\"request\":{\"messages\":[{\"content\":[{\"type\":\"image_url\"}]}]}}"));
    assertThat(model(true).lacks(use, 8e9))
        .containsExactly("context: 8,192 tokens, and the longest request took 8,193", "images");
  }

  @Test
  void aDescribedMachineIsBoundByItsNumbers() {
    DescribedMachine machine = new DescribedMachine("box", 8, 100e9, 4e12, 90, 64e9);
    Speeds speeds = machine.speeds(WORK, WORK);
    assertThat(speeds.prompt()).isEqualTo(2000);
    assertThat(speeds.answer()).isEqualTo(100);
    assertThat(speeds.seconds(4000, 200)).isEqualTo(4);
    assertThat(speeds.kilowattHours(3600)).isEqualTo(0.09);
    assertThat(machine.speeds(new Work(1e9, 0, 2e9), WORK).prompt())
        .as("floats take four times as long")
        .isEqualTo(500);
  }
}
