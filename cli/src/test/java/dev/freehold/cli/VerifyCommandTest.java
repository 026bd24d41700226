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
    assertThat(json.path("run").size() + 6 * json.path("not_run").size()).isEqualTo(21);
  }

  @Test
  void otherClaimsAreRefused() {
    Session.Result result = new Session(home).run("verify", "everything");
    assertThat(result.exit()).isEqualTo(Exit.USAGE);
    assertThat(result.err()).contains("\"everything\" cannot be verified");
  }
}
