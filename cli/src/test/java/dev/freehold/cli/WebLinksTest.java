package dev.freehold.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freehold.audit.Links.Probe.Answer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// How addresses of a card are asked: by their heads alone, and never within a private network.
class WebLinksTest {
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private final List<String> asked = Collections.synchronizedList(new ArrayList<>());
  private final CountDownLatch over = new CountDownLatch(1);
  private Optional<ServerSocket> server = Optional.empty();

  @BeforeEach
  void open() throws IOException {
    ServerSocket socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    server = Optional.of(socket);
    Thread.ofVirtual().start(() -> accept(socket));
  }

  @AfterEach
  void close() throws IOException {
    over.countDown();
    server.orElseThrow().close();
  }

  private void accept(ServerSocket socket) {
    while (!socket.isClosed()) {
      try {
        Socket client = socket.accept();
        Thread.ofVirtual().start(() -> answer(client));
      } catch (IOException closed) {
        return;
      }
    }
  }

  private void answer(Socket client) {
    try (client) {
      BufferedReader in =
          new BufferedReader(
              new InputStreamReader(client.getInputStream(), StandardCharsets.ISO_8859_1));
      String first = String.valueOf(in.readLine());
      List<String> head = new ArrayList<>(List.of(first));
      for (String line = in.readLine(); line != null && !line.isEmpty(); line = in.readLine()) {
        head.add(line);
      }
      asked.add(String.join("\n", head));
      if (first.contains("/silent")) {
        over.await();
        return;
      }
      String status =
          first.contains("/moved")
              ? "302 Found\r\nLocation: /secret"
              : first.contains("/gone") ? "404 Not Found" : "200 OK";
      String reply =
          first.contains("/garbage")
              ? "no HTTP at all\r\n\r\n"
              : "HTTP/1.1 %s\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".formatted(status);
      client.getOutputStream().write(reply.getBytes(StandardCharsets.ISO_8859_1));
    } catch (IOException | InterruptedException gone) {
      // the client has what it wanted, or the test is over
    }
  }

  private URI address(String path) {
    return URI.create("http://127.0.0.1:%d%s".formatted(server.orElseThrow().getLocalPort(), path));
  }

  private static Surroundings surroundings() {
    return new Surroundings(
        Map.of(),
        Path.of("unset"),
        InputStream.nullInputStream(),
        System.out,
        System.err,
        Clock.systemUTC());
  }

  private Answer ask(String path) {
    return ask(path, PATIENCE);
  }

  private Answer ask(String path, Duration patience) {
    try (WebLinks web = new WebLinks(surroundings(), patience, host -> false)) {
      return web.ask(address(path));
    }
  }

  @Test
  void headsAreAskedWithoutCredentials() {
    assertThat(ask("/there")).isEqualTo(new Answer(Optional.of(200), "answers 200"));
    assertThat(ask("/gone").code()).contains(404);
    assertThat(asked).hasSize(2).allMatch(head -> head.startsWith("HEAD "));
    assertThat(String.join("\n", asked)).doesNotContainIgnoringCase("authorization", "cookie:");
  }

  @Test
  void redirectsAreNotFollowed() {
    assertThat(ask("/moved").code()).contains(302);
    assertThat(asked).singleElement().asString().contains("/moved");
  }

  @Test
  void whoIsSilentOrTalksNonsenseHasNotAnswered() {
    Answer silent = ask("/silent", Duration.ofMillis(400));
    assertThat(silent.code()).isEmpty();
    assertThat(silent.reason()).contains("Timeout");
    assertThat(ask("/garbage").code()).isEmpty();
  }

  @Test
  void aMachineOfAPrivateNetworkIsNotAsked() {
    try (WebLinks web = new WebLinks(surroundings())) {
      Answer answer = web.ask(address("/there"));
      assertThat(answer.code()).isEmpty();
      assertThat(answer.reason()).contains("private network");
      assertThat(web.ask(URI.create("https://localhost/")).reason()).contains("private network");
      assertThat(web.ask(URI.create("https://2130706433/")).code()).isEmpty();
    }
    assertThat(asked).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "127.0.0.1",
        "127.9.9.9",
        "0.0.0.0",
        "0.1.2.3",
        "10.1.2.3",
        "172.16.0.1",
        "172.31.255.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "100.127.1.1",
        "198.18.0.1",
        "224.0.0.1",
        "255.255.255.255",
        "::1",
        "::",
        "fe80::1",
        "fc00::1",
        "fd12::1",
        "ff02::1",
        "::ffff:10.0.0.1",
        "64:ff9b::7f00:1",
        "64:ff9b::a9fe:a9fe",
        "2002:7f00:1::",
        "2002:a00:1::"
      })
  void privateAddressesAreKnown(String address) throws IOException {
    assertThat(WebLinks.isPrivate(InetAddress.getByName(address))).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1.1.1.1",
        "100.63.0.1",
        "100.128.0.1",
        "172.32.0.1",
        "198.20.0.1",
        "9.255.1.1",
        "2606:4700::1111",
        "64:ff9b::101:101",
        "2002:101:101::"
      })
  void publicAddressesAreKnown(String address) throws IOException {
    assertThat(WebLinks.isPrivate(InetAddress.getByName(address))).isFalse();
  }
}
