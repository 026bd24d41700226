package dev.freehold.agent.workflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What actions of files do elsewhere.
class PostActionTest {
  @TempDir private Path folder;
  private final List<String> received = Collections.synchronizedList(new ArrayList<>());
  private ServerSocket server = unset();
  private volatile int status = 200;

  @SuppressWarnings("NullAway") // is set before each test
  private static ServerSocket unset() {
    return null;
  }

  @BeforeEach
  void start() throws Exception {
    server = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
    Thread.ofVirtual().start(this::serve);
  }

  /// Answers one request after the other, until the socket is closed.
  private void serve() {
    while (!server.isClosed()) {
      try (Socket socket = server.accept()) {
        String head = "";
        while (!head.endsWith("\r\n\r\n")) {
          int read = socket.getInputStream().read();
          if (read < 0) {
            throw new EOFException("the request broke off");
          }
          head += (char) read;
        }
        int length = Integer.parseInt(header(head, "content-length"));
        byte[] body = socket.getInputStream().readNBytes(length);
        received.add(
            "%s %s %s %s"
                .formatted(
                    head.substring(0, head.indexOf(" HTTP")),
                    header(head, "idempotency-key"),
                    header(head, "authorization"),
                    new String(body, StandardCharsets.UTF_8)));
        String answer =
            "HTTP/1.1 %d x\r\nLocation: /elsewhere\r\nConnection: close\r\n"
                + "Content-Length: 6\r\n\r\nthanks";
        socket.getOutputStream().write(answer.formatted(status).getBytes(StandardCharsets.UTF_8));
      } catch (IOException gone) {
        // whoever asked left, or the test is over
      }
    }
  }

  private static String header(String head, String name) {
    return head.lines()
        .filter(line -> line.toLowerCase(Locale.ROOT).startsWith(name + ": "))
        .map(line -> line.substring(name.length() + 2))
        .findFirst()
        .orElse("none");
  }

  @AfterEach
  void stop() throws IOException {
    server.close();
  }

  private PostAction action() {
    return action(server.getLocalPort());
  }

  private static PostAction action(int port) {
    URI address = URI.create("http://127.0.0.1:" + port + "/hook");
    return new PostAction(
        new ActionSettings.Post(address, true, "TOKEN"),
        HttpClient.newHttpClient(),
        Optional.of("Bearer s3cret"));
  }

  @Test
  void aPayloadIsPostedWithItsKey() {
    assertThat(action().perform(Bench.json("{\"a\": 1}"), "key-1"))
        .isEqualTo(Bench.json("{\"status\": 200, \"reply\": \"thanks\"}"));
    assertThat(received).containsExactly("POST /hook key-1 Bearer s3cret {\"a\":1}");
  }

  @ParameterizedTest
  @CsvSource({"302,false", "400,false", "409,false", "429,false", "500,true", "503,true"})
  void whatAServerSaysTellsWhetherItMayHaveHappened(int told, boolean mayHaveHappened) {
    status = told;
    assertThatThrownBy(() -> action().perform(Bench.json("1"), "key-1"))
        .isInstanceOfSatisfying(
            StepException.class,
            failure -> {
              assertThat(failure.mayHaveHappened()).isEqualTo(mayHaveHappened);
              assertThat(failure).hasMessageContaining("answered " + told);
              assertThat(failure.getMessage()).doesNotContain("s3cret");
            });
    assertThat(received).as("no redirect is followed").hasSize(1);
  }

  @Test
  void aServerThatIsNotThereDidNothing() throws Exception {
    try (Socket port = new Socket()) { // nobody else gets it, and nobody listens there
      port.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      PostAction action = action(port.getLocalPort());
      assertThatThrownBy(() -> action.perform(Bench.json("1"), "key-1"))
          .isInstanceOfSatisfying(
              StepException.class, failure -> assertThat(failure.mayHaveHappened()).isFalse());
    }
  }

  @Test
  void aFileIsWrittenOnceForAKey() throws Exception {
    FolderAction action = new FolderAction(folder.resolve("out"));
    action.perform(Bench.json("{\"a\": 1}"), "key-1");
    action.perform(Bench.json("{\"a\": 1}"), "key-1");
    action.perform(Bench.json("{\"a\": 2}"), "key-2");
    try (Stream<Path> files = Files.list(folder.resolve("out"))) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrder("key-1.json", "key-2.json");
    }
    assertThat(Bench.json(Files.readString(folder.resolve("out/key-1.json"))))
        .isEqualTo(Bench.json("{\"a\": 1}"));
  }
}
