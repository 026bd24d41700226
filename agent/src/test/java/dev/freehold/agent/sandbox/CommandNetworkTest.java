package dev.freehold.agent.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.freehold.chat.Cancellation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Commands that may reach named hosts.
class CommandNetworkTest {
  private static final Limits LIMITS = Limits.DEFAULT.withTime(Duration.ofMinutes(5));

  @TempDir Path folder;

  private Outcome run(String line, String input) throws IOException {
    Path workspace = Files.createDirectories(folder.toRealPath().resolve("workspace"));
    Sandbox sandbox =
        Levels.sandbox(
            Confinement.NAMESPACES,
            new Reach(List.of(), List.of("allowed.invalid", "*.b.invalid")));
    return sandbox.run(
        new Command(List.of("/bin/sh", "-c", line), workspace, Map.of(), input, LIMITS),
        new Cancellation());
  }

  @Test
  void theCommandRunsAsItDoesWithoutHosts() throws IOException {
    Outcome outcome = run("cat; echo $http_proxy; exit 7", "input\n");

    assertThat(outcome.output()).isEqualTo("input\nhttp://127.0.0.1:3128\n");
    assertThat(outcome.exit()).isEqualTo(7);
  }

  @Test
  void programsFindTheProxyAndItKnowsTheHosts() throws IOException {
    assumeTrue(Files.isExecutable(Path.of("/usr/bin/curl")), "no curl here");
    Outcome outcome =
        run(
            "for host in allowed.invalid a.b.invalid other.invalid; do"
                + " curl -sS http://$host/; curl -sS https://$host/; done",
            "");

    assertThat(outcome.output().lines())
        .satisfiesExactly(
            line -> assertThat(line).isEqualTo("freehold: 'allowed.invalid' has no address"),
            line -> assertThat(line).contains("502"),
            line -> assertThat(line).isEqualTo("freehold: 'a.b.invalid' has no address"),
            line -> assertThat(line).contains("502"),
            line -> assertThat(line).contains("'other.invalid:80' is not among the hosts"),
            line -> assertThat(line).contains("403"));
  }

  @Test
  void withoutNamespacesItIsSaidThatNoHostIsReached() {
    Reach reach = new Reach(List.of(), List.of("allowed.invalid"));
    SandboxProbe.Result result = Levels.probe(Confinement.LANDLOCK, reach);
    assumeTrue(result.sandbox().confinement() == Confinement.LANDLOCK, result::describe);

    assertThat(result.describe()).contains("without namespaces commands reach no host");
  }

  @Test
  void hostsThatAreNoneAreRefusedAtOnce() {
    assertThatThrownBy(() -> new Reach(List.of(), List.of("10.0.0.1")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("10.0.0.1");
    assertThatThrownBy(() -> new Reach(List.of(Path.of("here")), List.of()))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
