package dev.freehold.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freehold.tensor.StrictJson;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// `freehold bench` on a tiny model: all figures are there and fit together.
class BenchCommandTest {
  private static final String MODEL =
      Path.of(
              System.getProperty("freehold.root"),
              "model/src/test/resources/goldens/qwen2/model.gguf")
          .toString();

  @TempDir private Path home;

  @Test
  void measuresPrefillDecodeAndDecodeAtDepth() {
    Session.Result result =
        new Session(home).run("bench", MODEL, "-p", "8", "-n", "4", "-d", "6", "-r", "2", "--json");

    assertThat(result.exit()).isEqualTo(Exit.OK);
    JsonNode json = StrictJson.parse(result.out().getBytes(StandardCharsets.UTF_8), "output");
    assertThat(json.path("description").stringValue()).startsWith("qwen2 ");
    assertThat(json.path("load_seconds").doubleValue()).isPositive();
    assertThat(json.path("first_token_seconds").doubleValue()).isPositive();
    assertThat(json.path("read_bandwidth_bytes_per_second").doubleValue()).isGreaterThan(1e8);
    assertThat(json.path("tests"))
        .extracting(test -> test.path("test").stringValue())
        .containsExactly("pp8", "tg4", "tg4 @ d6");
    for (JsonNode test : json.path("tests")) {
      double median = test.path("tokens_per_second").doubleValue();
      assertThat(test.path("least").doubleValue()).isPositive().isLessThanOrEqualTo(median);
      assertThat(test.path("most").doubleValue()).isGreaterThanOrEqualTo(median);
      boolean isDecode = test.path("test").stringValue().startsWith("tg");
      assertThat(test.has("bandwidth_percent")).isEqualTo(isDecode);
    }
  }

  @Test
  void theTableHasARowForEachTest() {
    Session.Result result =
        new Session(home)
            .run("bench", MODEL, "-p", "3", "-n", "0", "-r", "1", "--kernel", "reference");

    assertThat(result.out()).contains("| qwen2 ", " reference ", " pp3 |", "load ", "first token");
    assertThat(result.out()).doesNotContain("tg");
  }

  @Test
  void impossibleCountsAreRefused() {
    Session.Result result = new Session(home).run("bench", MODEL, "-r", "0");
    assertThat(result.exit()).isEqualTo(Exit.USAGE);
    assertThat(result.err()).contains("at least 1 repetition");
  }
}
