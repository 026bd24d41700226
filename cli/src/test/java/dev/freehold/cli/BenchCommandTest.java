package dev.freehold.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.freehold.cli.speed.FakePeer;
import dev.freehold.tensor.StrictJson;
import java.io.IOException;
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
      JsonNode round = test.path("rounds").path(0);
      assertThat(test.path("rounds")).hasSize(1);
      assertThat(round.path("tokens_per_second").doubleValue()).isEqualTo(median);
      assertThat(round.path("limit_percent")).isEqualTo(test.path("limit_percent"));
      assertThat(round.path("limit_rate").doubleValue()).isGreaterThan(1e8);
      assertThat(round.has("ratio")).isFalse();
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

  @Test
  void aPeerIsMeasuredInTurnAndComparedWith() throws IOException {
    String peer = FakePeer.llamaCpp(home).toString();
    Session.Result result =
        new Session(home)
            .run(
                "bench",
                MODEL,
                "-p",
                "8",
                "-n",
                "4",
                "-d",
                "6",
                "-r",
                "1",
                "--sequences",
                "3",
                "--rounds",
                "2",
                "--json",
                "--peer",
                peer);

    assertThat(result.exit()).isEqualTo(Exit.OK);
    JsonNode json = StrictJson.parse(result.out().getBytes(StandardCharsets.UTF_8), "output");
    assertThat(json.path("peer").path("build").stringValue()).isEqualTo("c0ffee1");
    assertThat(json.path("prepared").booleanValue()).isFalse();
    assertThat(json.path("huge_pages").stringValue()).isNotEmpty();
    assertThat(json.path("kernels").isEmpty()).isFalse();
    assertThat(json.path("tests"))
        .extracting(test -> test.path("test").stringValue())
        .containsExactly("pp8", "tg4", "tg4 @ d6", "tg4 x 3");
    for (JsonNode test : json.path("tests")) {
      double median = test.path("tokens_per_second").doubleValue();
      boolean isTogether = test.path("test").stringValue().endsWith("x 3");
      assertThat(test.path("rounds")).hasSize(2);
      assertThat(test.has("not_compared")).isEqualTo(isTogether);
      if (!isTogether) {
        double theirs = test.path("peer_tokens_per_second").doubleValue();
        assertThat(theirs).isEqualTo(test.path("test").stringValue().equals("pp8") ? 1000 : 10);
        // Two rounds: the median of the ratios is their mean, as that of the speeds is.
        assertThat(test.path("ratio").doubleValue()).isCloseTo(median / theirs, within(1e-6));
        for (JsonNode round : test.path("rounds")) {
          assertThat(round.path("peer_tokens_per_second").doubleValue()).isEqualTo(theirs);
          assertThat(round.path("ratio").doubleValue()).isPositive();
          assertThat(round.path("peer_limit").stringValue())
              .isEqualTo(test.path("limit").stringValue());
          assertThat(round.path("peer_limit_rate").doubleValue()).isGreaterThan(1e8);
          assertThat(round.path("peer_limit_percent").doubleValue()).isPositive();
        }
      }
    }
  }

  @Test
  void theTableNamesThePeerAndWhatItDoesNotRun() throws IOException {
    String peer = FakePeer.ik(home).toString();
    Session.Result result =
        new Session(home)
            .run(
                "bench",
                MODEL,
                "-p",
                "0",
                "-n",
                "4",
                "-r",
                "1",
                "--sequences",
                "2",
                "--rounds",
                "1",
                "--peer",
                peer,
                "--peer-option=-rtr 1");

    assertThat(result.out())
        .containsPattern("freehold t/s \\| +llama-bench t/s \\| +ratio \\|")
        .contains(" 20.50 |")
        .contains("peer             llama-bench badcafe2 -rtr 1")
        .contains("not compared     tg4 x 2: no llama-batched-bench beside llama-bench")
        .contains("kernels ", "prepared         no", "huge pages ");
  }

  @Test
  void aSecondTableHasARowForEachTestAndRound() throws IOException {
    String peer = FakePeer.llamaCpp(home).toString();
    Session.Result result =
        new Session(home)
            .run("bench", MODEL, "-p", "4", "-n", "4", "-r", "1", "--rounds", "2", "--peer", peer);

    assertThat(result.out())
        .containsPattern("\\| +test \\| +round \\| +freehold t/s \\| +llama-bench t/s \\|")
        .containsPattern("\\| +pp4 \\| +1 \\|.* 1000\\.00 \\|.* Gop/s \\|.* Gop/s \\|")
        .containsPattern("\\| +tg4 \\| +2 \\|.* 10\\.00 \\|.* GB/s \\|.* GB/s \\|")
        .containsPattern("read bandwidth +[0-9.]+ GB/s, [0-9.]+ to [0-9.]+\n")
        .containsPattern("plain loads +[0-9]+ % of the read bandwidth\n");
  }

  @Test
  void optionsThatDoNotGoTogetherAreRefused() {
    Session session = new Session(home);
    assertThat(session.run("bench", MODEL, "--peer-option=-rtr 1").err())
        .contains("are for a peer, and none is named");
    assertThat(session.run("bench", MODEL, "--rounds", "0").exit()).isEqualTo(Exit.USAGE);
    assertThat(session.run("bench", MODEL, "--sequences", "513").err())
        .contains("--sequences: expected 0 to 512");
    Session.Result absent = session.run("bench", MODEL, "--peer", home.resolve("none").toString());
    assertThat(absent.exit()).isEqualTo(Exit.FAILURE);
    assertThat(absent.err()).contains("none: no such file", "--peer ../llama.cpp");
  }
}
