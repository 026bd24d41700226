package dev.freehold.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freehold.tensor.StrictJson;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// `freehold verify arithmetic` finds the same bits whatever computes them.
class VerifyCommandTest {
  @TempDir private Path home;

  @Test
  @Tag("long")
  void allWaysOfComputingAgree() {
    Session.Result result = new Session(home).run("verify", "arithmetic", "--json");

    assertThat(result.exit()).as(result.err()).isEqualTo(Exit.OK);
    JsonNode json = StrictJson.parse(result.out().getBytes(StandardCharsets.UTF_8), "output");
    assertThat(json.path("sha256").stringValue())
        .as("fh1 is frozen: README names this hash")
        .isEqualTo("31ce3049b65796abdd8d8dfc6521ebd2fba8c987dd3416ef31aa3345ea90c723");
    assertThat(json.path("differences")).isEmpty();
    assertThat(json.path("cases").size()).isGreaterThan(40);
    assertThat(count(json.path("run"), "reference")).isEqualTo(3);
    assertThat(count(json.path("run"), "vector") + 6 * count(json.path("not_run"), "vector"))
        .isEqualTo(18);
    assertThat(count(json.path("run"), "machine") + 3 * count(json.path("not_run"), "machine"))
        .isEqualTo(9);
  }

  /// Names of ways that begin so.
  private static long count(JsonNode names, String start) {
    return names.valueStream().filter(name -> name.stringValue().startsWith(start)).count();
  }

  @Test
  void otherClaimsAreRefused() {
    Session.Result result = new Session(home).run("verify", "everything");
    assertThat(result.exit()).isEqualTo(Exit.USAGE);
    assertThat(result.err()).contains("\"everything\" cannot be verified");
  }
}
