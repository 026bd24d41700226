package dev.freehold.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freehold.cli.Session.Result;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// `serve` from its command line to an answer of the demo model, its settings, and `keys`.
@Timeout(value = 300, unit = TimeUnit.SECONDS)
class ServeCommandTest {
  @TempDir private Path home = Path.of("unset");

  @Test
  void theDemoModelAnswersOverHttp() throws Exception {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    Surroundings surroundings =
        new Surroundings(
            Map.of("FREEHOLD_PORT", "0"),
            home,
            new ByteArrayInputStream(new byte[0]),
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            Clock.systemUTC());
    AtomicReference<Exit> exit = new AtomicReference<>(Exit.BUG);
    Thread server = new Thread(() -> exit.set(Main.run(surroundings, "serve")));
    server.start();
    while (!out.toString(StandardCharsets.UTF_8).endsWith("\n")) {
      assertThat(server.isAlive()).as(err.toString(StandardCharsets.UTF_8)).isTrue();
      Thread.sleep(20);
    }
    String line = out.toString(StandardCharsets.UTF_8);
    assertThat(line).matches("listening at http://127\\.0\\.0\\.1:\\d+\\R");
    int port = Integer.parseInt(line.strip().substring(line.lastIndexOf(':') + 1));
    String body =
        "{\"messages\":[{\"role\":\"user\",\"content\":\"Who are you?\"}],\"temperature\":0,"
            + "\"max_tokens\":8}";
    JsonNode answer = JsonMapper.shared().readTree(post(port, "/v1/chat/completions", body));
    assertThat(answer.at("/model").asString()).isEqualTo("demo");
    assertThat(answer.at("/choices/0/message/content").asString()).isNotBlank();
    assertThat(answer.at("/usage/completion_tokens").asInt()).isBetween(1, 8);
    server.interrupt();
    server.join();
    assertThat(exit.get()).isEqualTo(Exit.INTERRUPTED);
    assertThat(err.toString(StandardCharsets.UTF_8))
        .contains("note: no model is named")
        .contains("\"event\":\"answer\",\"model\":\"demo\"")
        .contains("\"route\":\"POST /v1/chat/completions\",\"status\":200")
        .doesNotContain("Who are you?");
  }

  @Test
  void aPortThatIsTakenEndsTheCommand() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String port = Integer.toString(taken.getLocalPort());
      Result result = new Session(home).run("serve", "demo", "--port", port);
      assertThat(result.exit()).isEqualTo(Exit.FAILURE);
      assertThat(result.out()).isEmpty();
      assertThat(result.err())
          .contains("cannot listen at 127.0.0.1:%s: ".formatted(port), "--port and --host say")
          .doesNotContain("Exception");
      Result workflows = new Session(home).run("workflow", "serve", "--port", port);
      assertThat(workflows.exit()).isEqualTo(Exit.FAILURE);
      assertThat(workflows.err()).contains("cannot listen at", "--port and --host say");
    }
  }

  private static String post(int port, String path, String body) throws Exception {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      String head =
          "POST %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n".formatted(path)
              + "Content-Type: application/json\r\nContent-Length: %d\r\n\r\n"
                  .formatted(body.length());
      socket.getOutputStream().write((head + body).getBytes(StandardCharsets.UTF_8));
      String all = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(all).startsWith("HTTP/1.1 200 ");
      return all.substring(all.indexOf("\r\n\r\n") + 4);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          serve --port 70000                          | 2 | --port: expected 0 to 65535
          serve --port x                              | 2 | --port
          serve --max-body 0                          | 2 | --max-body
          serve --tls-key k.pem                       | 2 | go together
          serve --tls-store s.p12 --tls-key k.pem     | 2 | exclude each other
          serve --no-log --log-prompts                | 2 | exclude each other
          serve no-such-model                         | 1 | no-such-model
          serve --host 0.0.0.0                        | 1 | there are no keys
          serve --tls-store none.p12                  | 1 | none.p12
          """)
  void wrongOptionsAreTwoLines(String line, int code, String message) {
    Result result = new Session(home).run(line.strip().split(" +"));
    assertThat(result.exit().code()).as(result.err()).isEqualTo(code);
    assertThat(result.err()).contains(message.strip());
    assertThat(result.out()).isEmpty();
  }

  @Test
  void settingsComeFromTheEnvironmentAndAFile() throws Exception {
    Path file = home.resolve(".config/freehold/serve.yaml");
    Files.createDirectories(file.getParent());
    Files.writeString(file, "port: 70001\nhost-name: [a, b]\n");
    assertThat(new Session(home).run("serve").err()).contains("found 70001");
    assertThat(new Session(home).with("FREEHOLD_PORT", "70002").run("serve").err())
        .contains("found 70002");
    assertThat(
            new Session(home).with("FREEHOLD_PORT", "70002").run("serve", "--port", "70003").err())
        .contains("found 70003");
    Files.writeString(file, "prot: 1\n");
    assertThat(new Session(home).run("serve").err())
        .contains("unknown setting \"prot\"")
        .contains("port");
    Files.writeString(file, "port: {a: 1}\n");
    assertThat(new Session(home).run("serve").err()).contains("port: expected a text");
    Files.writeString(file, "a: &x [1]\nb: *x\n");
    assertThat(new Session(home).run("serve").exit()).isEqualTo(Exit.FAILURE);
    Files.writeString(file, "port: 1\nport: 2\n");
    assertThat(new Session(home).run("serve").err()).contains("no YAML");
    assertThat(new Session(home).with("FREEHOLD_CONFIG", "/none.yaml").run("serve").err())
        .contains("/none.yaml");
  }

  @Test
  void keysAreMadeListedAndRevoked() throws Exception {
    Result added = new Session(home).run("keys", "add", "ann", "--role", "manage");
    assertThat(added.exit()).isEqualTo(Exit.OK);
    assertThat(added.out()).matches("fh-[A-Za-z0-9_-]{43}\\R");
    Path file = home.resolve(".config/freehold/keys.json");
    assertThat(Files.readString(file)).doesNotContain(added.out().strip());
    assertThat(new Session(home).run("keys", "list").out()).contains("ann").contains("manage");
    assertThat(new Session(home).run("keys", "add", "ann").exit()).isEqualTo(Exit.FAILURE);
    assertThat(new Session(home).run("keys", "add", "a b").exit()).isEqualTo(Exit.FAILURE);
    assertThat(new Session(home).run("keys", "revoke", "bob").exit()).isEqualTo(Exit.FAILURE);
    assertThat(new Session(home).run("keys", "revoke", "ann").exit()).isEqualTo(Exit.OK);
    assertThat(new Session(home).run("keys", "list").out()).isEmpty();
    assertThat(new Session(home).run("keys").exit()).isEqualTo(Exit.USAGE);
  }
}
