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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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

  /// The workspace of a command that may reach the servers of this machine by one name.
  private Outcome runAt(LocalServer plain, LocalServer secret, String lines) throws IOException {
    Path workspace = Files.createDirectories(folder.toRealPath().resolve("workspace"));
    List<String> hosts =
        List.of("allowed.example:" + plain.port(), "allowed.example:" + secret.port());
    Sandbox sandbox =
        Levels.sandbox(Confinement.NAMESPACES, new Reach(List.of(), hosts), LocalServer.NETWORK);
    String line = "P=%d; S=%d\n".formatted(plain.port(), secret.port()) + lines;
    return sandbox.run(Command.shell(line, workspace, LIMITS), new Cancellation());
  }

  @Test
  void anAllowedHostIsReachedByItsNameAndNothingElse() throws Exception {
    assumeTrue(Files.isExecutable(Path.of("/usr/bin/curl")), "no curl here");
    try (LocalServer plain = LocalServer.plain();
        LocalServer secret = LocalServer.withTls(folder)) {
      Outcome outcome =
          runAt(
              plain,
              secret,
              """
              curl -sS http://allowed.example:$P/plain
              curl -sSk https://allowed.example:$S/secret
              echo "other: $(curl -sS http://other.example:$P/)"
              echo "other by header: $(curl -sS -H 'Host: other.example' http://allowed.example:$P/h)"
              echo "address: $(curl -sS --noproxy '' http://127.0.0.1:$P/)"
              echo "direct: $(curl -sS --noproxy '*' http://127.0.0.1:$P/ 2>&1)"
              echo "name within: $(curl -sS --noproxy '*' http://allowed.example:$P/ 2>&1)"
              curl -sSk --connect-to other.example:443:allowed.example:$S https://other.example/
              echo "other by TLS: $?"
              """);

      assertThat(outcome.output().lines())
          .satisfiesExactly(
              line -> assertThat(line).isEqualTo("hello"),
              line -> assertThat(line).isEqualTo("hello"),
              line -> assertThat(line).contains("'other.example:", "' is not among the hosts"),
              line -> assertThat(line).isEqualTo("other by header: hello"),
              line -> assertThat(line).contains("is an address or a local name"),
              line -> assertThat(line).matches("direct: .*(Connection refused|connect).*"),
              line -> assertThat(line).contains("Could not resolve host"),
              line -> assertThat(line).startsWith("curl: (35)"),
              line -> assertThat(line).isEqualTo("other by TLS: 35"));
      assertThat(outcome.asked())
          .containsExactlyInAnyOrder(
              "allowed.example:" + plain.port(), "allowed.example:" + secret.port());
      assertThat(plain.requests())
          .hasSize(2)
          .allSatisfy(request ->
              assertThat(request).contains("\r\nHost: allowed.example:" + plain.port() + "\r\n"));
      assertThat(secret.requests()).hasSize(1);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "git -c http.sslVerify=false ls-remote https://allowed.example:$S/asked",
        "git ls-remote http://allowed.example:$P/asked",
        "npm view asked --registry https://allowed.example:$S --strict-ssl=false --fetch-retries=0",
        "npm view asked --registry http://allowed.example:$P --fetch-retries=0",
        "wget -q -O - --no-check-certificate https://allowed.example:$S/asked"
      })
  void programsFindTheProxyByThemselves(String line) throws Exception {
    String program = line.substring(0, line.indexOf(' '));
    assumeTrue(Files.isExecutable(Path.of("/usr/bin", program)), "no " + program + " here");
    try (LocalServer plain = LocalServer.plain();
        LocalServer secret = LocalServer.withTls(folder)) {
      Outcome outcome = runAt(plain, secret, line);

      LocalServer asked = line.contains("$S") ? secret : plain;
      assertThat(asked.requests())
          .as(outcome.output())
          .anySatisfy(request -> assertThat(request).startsWith("GET /asked"));
    }
  }

  @Test
  void javaFindsTheProxyByTheOptionsThatAreDocumented() throws Exception {
    try (LocalServer plain = LocalServer.plain();
        LocalServer secret = LocalServer.withTls(folder)) {
      Path workspace = Files.createDirectories(folder.toRealPath().resolve("workspace"));
      Files.writeString(
          workspace.resolve("Fetch.java"),
          """
          void main(String[] arguments) throws Exception {
            try (var in = java.net.URI.create(arguments[0]).toURL().openStream()) {
              IO.print(new String(in.readAllBytes()));
            }
          }
          """);
      Outcome outcome =
          runAt(
              plain,
              secret,
              "%s/bin/java -Dhttp.proxyHost=127.0.0.1 -Dhttp.proxyPort=3128 Fetch.java"
                      .formatted(System.getProperty("java.home"))
                  + " http://allowed.example:$P/");

      assertThat(outcome.output()).isEqualTo("hello\n");
    }
  }

  @Test
  void withoutNamespacesItIsSaidThatNoHostIsReached() {
    Reach reach = new Reach(List.of(), List.of("allowed.invalid"));
    SandboxProbe.Result result = Levels.probe(Confinement.LANDLOCK, reach);
    assumeTrue(result.sandbox().confinement() == Confinement.LANDLOCK, result::describe);

    assertThat(result.describe())
        .contains("cannot hold a command to named hosts: it knows ports, not addresses");
    assertThatThrownBy(() -> result.sandbox().reaching(List.of("allowed.invalid")))
        .isInstanceOf(SandboxException.class)
        .hasMessageContaining("cannot hold a command to named hosts");
    assertThat(result.sandbox().reaching(List.of()).confinement()).isEqualTo(Confinement.LANDLOCK);
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
