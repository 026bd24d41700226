package dev.freehold.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;

/// `serve demo --gateway` in this process, at a port of its own, and requests to it.
final class RunningGateway implements AutoCloseable {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private final Thread server;
  private final int port;

  /// @param home holds its ledger
  RunningGateway(Path home, Path file) throws InterruptedException {
    Surroundings surroundings = surroundings(home, out, err);
    server = new Thread(() -> Main.run(surroundings, "serve", "demo", "--gateway", "" + file));
    server.start();
    while (!text(out).endsWith("\n")) {
      assertThat(server.isAlive()).as(text(err)).isTrue();
      Thread.sleep(20);
    }
    String line = text(out).strip();
    port = Integer.parseInt(line.substring(line.lastIndexOf(':') + 1));
  }

  /// Those of a user with this home, who has a vendor's key, and a clock that goes.
  static Surroundings surroundings(
      Path home, ByteArrayOutputStream out, ByteArrayOutputStream err) {
    return new Surroundings(
        Map.of("FREEHOLD_PORT", "0", "VENDOR_KEY", "sk-planted-secret"),
        home,
        new ByteArrayInputStream(new byte[0]),
        new PrintStream(out, true, StandardCharsets.UTF_8),
        new PrintStream(err, true, StandardCharsets.UTF_8),
        Clock.systemUTC());
  }

  static String text(ByteArrayOutputStream bytes) {
    return bytes.toString(StandardCharsets.UTF_8);
  }

  /// What it said on standard error.
  String said() {
    return text(err);
  }

  void await(String said) throws InterruptedException {
    for (int i = 0; !said().contains(said); i++) {
      assertThat(i).as(said()).isLessThan(6000);
      Thread.sleep(20);
    }
  }

  /// The answer to a question of a route, head and body as they came.
  String chat(String route, String question) throws IOException {
    String body =
        "{\"model\":\"%s\",\"max_tokens\":8,\"messages\":[{\"role\":\"user\",\"content\":\"%s\"}]}"
            .formatted(route, question);
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
      String head =
          "POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
              + "Content-Type: application/json\r\nContent-Length: %d\r\n\r\n"
                  .formatted(bytes.length);
      socket.getOutputStream().write((head + body).getBytes(StandardCharsets.UTF_8));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  /// Who answered a question of a route.
  String served(String route, String question) throws IOException {
    String answer = chat(route, question);
    String header = "x-freehold-backend: ";
    int at = answer.indexOf(header);
    return at < 0 ? answer : answer.substring(at + header.length(), answer.indexOf("\r\n", at));
  }

  @Override
  public void close() throws InterruptedException {
    server.interrupt();
    server.join();
  }
}
