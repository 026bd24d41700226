package dev.freehold.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freehold.chat.Cancellation;
import dev.freehold.chat.ChatException;
import dev.freehold.chat.PullBackend.Progress;
import dev.freehold.chat.PullBackend.Stage;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What clients of the server may pull, and that a pull ends when its client leaves.
class ServedPullsTest {
  @TempDir private Path home = Path.of("unset");

  private ServedPulls pulls(Map<String, String> environment) {
    return new ServedPulls(
        new HubEnvironment(environment, home),
        new AuditPolicy(
            new Surroundings(
                environment,
                home,
                InputStream.nullInputStream(),
                System.out,
                System.err,
                Clock.systemUTC())),
        () -> {});
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://169.254.169.254/latest/x.gguf",
        "http://127.0.0.1:80/x.gguf",
        "internal.example/ns/name:tag",
        "file:///etc/passwd",
        "../x",
        ""
      })
  void clientsCannotNameAddresses(String name) {
    try (ServedPulls pulls = pulls(Map.of())) {
      assertThatThrownBy(() -> pulls.pull(name, step -> {}, new Cancellation()))
          .isInstanceOfSatisfying(
              ChatException.class,
              e -> assertThat(e.kind()).isEqualTo(ChatException.Kind.INVALID_REQUEST));
    }
  }

  @Test
  void offlineNothingIsPulled() {
    try (ServedPulls pulls = pulls(Map.of("HF_HUB_OFFLINE", "1"))) {
      assertThatThrownBy(() -> pulls.pull("qwen3:4b", step -> {}, new Cancellation()))
          .isInstanceOfSatisfying(
              ChatException.class,
              e -> assertThat(e.kind()).isEqualTo(ChatException.Kind.NOT_SUPPORTED));
    }
  }

  @Test
  @Timeout(300)
  void aCancelledPullEndsAtOnceThoughTheHubIsSilent() throws IOException {
    try (ServerSocket silent = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
        ServedPulls pulls =
            pulls(
                Map.of("FREEHOLD_OLLAMA_REGISTRY", "http://127.0.0.1:" + silent.getLocalPort()))) {
      Cancellation cancellation = new Cancellation();
      List<Progress> steps = new ArrayList<>();
      long begin = System.nanoTime();
      Thread.ofVirtual()
          .start(() -> {
            try (Socket asked = silent.accept()) {
              asked.getInputStream().read();
              cancellation.cancel();
              asked.getInputStream().transferTo(OutputStream.nullOutputStream()); // says nothing
            } catch (IOException closed) {
              // the test is over
            }
          });
      pulls.pull("someone/tuned:8b", steps::add, cancellation);
      assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(50));
      assertThat(steps).containsExactly(new Progress(Stage.LOOKING, "", "", 0, 0));
      assertThat(Thread.currentThread().isInterrupted()).isFalse();
    }
  }
}
