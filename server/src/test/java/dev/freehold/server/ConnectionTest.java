package dev.freehold.server;

import static dev.freehold.server.TestServer.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.freehold.chat.Cancellation;
import dev.freehold.chat.ChatEvent;
import dev.freehold.chat.ChatException;
import dev.freehold.chat.FinishReason;
import dev.freehold.server.openai.OpenAiDialect;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What becomes of connections whose clients are slow, silent, or gone.
class ConnectionTest {
  private static final Duration SHORT = Duration.ofSeconds(2);

  /// No time runs out while a request is written and read.
  private static final Duration LONG = Duration.ofHours(1);

  private TestServer test = serve(LONG, LONG);
  private final List<Socket> sockets = new ArrayList<>();

  /// @param time for headers, bodies, the next request, and a piece that is written
  private static TestServer serve(Duration time, Duration keepAlive) {
    ServerOptions.Limits limits =
        new ServerOptions.Limits(1 << 20, 8 << 10, 50, 1100, time, time, time, time, keepAlive);
    return new TestServer(
        OpenAiDialect::new, ServerOptions.loopback(0, Clock.systemUTC()).withLimits(limits));
  }

  private void serveAnew(Duration time, Duration keepAlive) {
    test.close();
    test = serve(time, keepAlive);
  }

  @AfterEach
  void close() throws IOException {
    close(sockets);
    test.close();
  }

  private static void close(List<Socket> sockets) throws IOException {
    for (Socket socket : sockets) {
      socket.close();
    }
    sockets.clear();
  }

  private Socket connect() throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), test.port());
    socket.setSoTimeout((int) TestServer.PATIENCE.toMillis());
    sockets.add(socket);
    return socket;
  }

  private static void send(Socket socket, String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
  }

  private static String request(boolean isStream) {
    String body =
        "{\"stream\":%s,\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}".formatted(isStream);
    return "POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\n"
        + "Content-Type: application/json\r\nContent-Length: "
        + body.length()
        + "\r\n\r\n"
        + body;
  }

  /// Computes until it is cancelled and tells nothing meanwhile.
  private CountDownLatch silentAnswers(CountDownLatch begun) {
    CountDownLatch isCancelled = new CountDownLatch(1);
    test.backend.answers((request, events, cancellation) -> {
      begun.countDown();
      awaitCancelled(cancellation);
      isCancelled.countDown();
      events.accept(ScriptedBackend.finished(FinishReason.CANCELLED, 0));
    });
    return isCancelled;
  }

  private static void awaitCancelled(Cancellation cancellation) throws InterruptedException {
    while (!cancellation.isCancelled()) {
      Thread.sleep(5);
    }
  }

  /// The fastest of some tries, since a machine under load may take a second for anything.
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void workStopsWithinASecondWhenTheClientGoes(boolean isStream) throws Exception {
    long fastest = Long.MAX_VALUE;
    for (int i = 0; i < 10 && fastest > 1_000_000_000; i++) {
      CountDownLatch begun = new CountDownLatch(1);
      CountDownLatch isCancelled = silentAnswers(begun);
      Socket socket = connect();
      send(socket, request(isStream));
      assertThat(begun.await(120, TimeUnit.SECONDS)).isTrue();
      assertThat(isCancelled.getCount()).isEqualTo(1);
      long gone = System.nanoTime();
      socket.close();
      assertThat(isCancelled.await(120, TimeUnit.SECONDS)).isTrue();
      fastest = Math.min(fastest, System.nanoTime() - gone);
    }
    assertThat(fastest).isLessThan(1_000_000_000);
    assertThat(eventually(() -> test.server.connections() == 0)).isTrue();
  }

  @Test
  void aSilentStreamSaysThatItIsAlive() throws Exception {
    serveAnew(LONG, Duration.ofMillis(300));
    CountDownLatch isHeard = new CountDownLatch(1);
    test.backend.answers((request, events, cancellation) -> {
      isHeard.await();
      ScriptedBackend.text("late").run(request, events, cancellation);
    });
    Socket socket = connect();
    send(socket, request(true).replace("\r\nContent-T", "\r\nConnection: close\r\nContent-T"));
    InputStream in = socket.getInputStream();
    StringBuilder told = new StringBuilder();
    while (!told.toString().endsWith(": ping\n\n")) {
      int read = in.read();
      assertThat(read).as(told.toString()).isNotNegative();
      told.append((char) read);
    }
    assertThat(told).doesNotContain("data:");
    isHeard.countDown();
    assertThat(new String(in.readAllBytes(), StandardCharsets.UTF_8))
        .contains("late")
        .contains("data: [DONE]\n\n");
  }

  @Test
  void aClientThatDoesNotReadIsCutOff() throws Exception {
    serveAnew(SHORT, LONG);
    AtomicLong told = new AtomicLong();
    CountDownLatch isCancelled = new CountDownLatch(1);
    test.backend.answers((request, events, cancellation) -> {
      String piece = "x".repeat(100_000);
      while (!cancellation.isCancelled()) {
        events.accept(new ChatEvent.TextDelta(piece));
        told.incrementAndGet();
      }
      isCancelled.countDown();
      events.accept(ScriptedBackend.finished(FinishReason.CANCELLED, 0));
    });
    Socket socket = connect();
    socket.setReceiveBufferSize(4096);
    send(socket, request(true));
    assertThat(isCancelled.await(120, TimeUnit.SECONDS)).isTrue();
    assertThat(told.get()).as("pieces of 100 kB that were buffered").isLessThan(200);
    assertThat(eventually(() -> test.server.connections() == 0)).isTrue();
  }

  /// Once more where the machine stood still so long that the first were cut off meanwhile.
  @Test
  void aThousandSlowOrSilentConnectionsLeaveNothingBehind() throws Exception {
    serveAnew(SHORT, LONG);
    int open = 0;
    for (int i = 0; i < 5 && open <= 500; i++) {
      close(sockets);
      connectAThousand();
      open = test.server.connections();
    }
    assertThat(open).isGreaterThan(500);
    assertThat(test.get("/health").statusCode()).as("others are served meanwhile").isEqualTo(200);
    long end = System.nanoTime() + Duration.ofSeconds(2).toNanos();
    while (System.nanoTime() < end) { // some trickle on, one byte at a time
      for (int i = 0; i < 1000; i += 40) {
        try {
          send(sockets.get(i), "x");
        } catch (IOException cut) {
          // as it should be, sooner or later
        }
      }
      Thread.sleep(200);
    }
    assertThat(eventually(() -> test.server.connections() <= 1)).isTrue();
  }

  private void connectAThousand() throws IOException {
    for (int i = 0; i < 1000; i++) {
      Socket socket = connect();
      try {
        switch (i % 4) {
          case 0 -> send(socket, "GET /hea"); // a request that never ends
          case 1 -> send(socket, request(false).substring(0, 150)); // a body that never comes
          case 2 -> send(socket, ""); // nothing at all
          default -> send(socket, "GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n"); // idle after
        }
      } catch (IOException cut) {
        // where the machine stood still
      }
    }
  }

  @Test
  void headersThatTakeTooLongAreRefusedWith408() throws Exception {
    serveAnew(SHORT, LONG);
    Socket socket = connect();
    send(socket, "GET /health HTTP/1.1\r\nHost: local");
    String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(answer).startsWith("HTTP/1.1 408 ").contains("did not arrive in time");
  }

  @Test
  void requestsThatAreNoneAreRefused() throws Exception {
    assertThat(answerTo("GET / HTTP/1.1\r\nHost: localhost\r\nX: " + "y".repeat(20_000)))
        .startsWith("HTTP/1.1 4");
    assertThat(answerTo("GET /" + "y".repeat(20_000) + " HTTP/1.1\r\nHost: localhost\r\n\r\n"))
        .startsWith("HTTP/1.1 4");
    assertThat(
            answerTo(
                "POST /v1/completions HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n"
                    + "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n"))
        .startsWith("HTTP/1.1 400 ");
    assertThat(
            answerTo(
                "POST /v1/completions HTTP/1.1\r\nHost: localhost\r\n"
                    + "Content-Type: application/json\r\nContent-Length: 99999999\r\n\r\n{"))
        .startsWith("HTTP/1.1 413 ");
    assertThat(answerTo("\u0000\u0001\u0002 nonsense\r\n\r\n")).startsWith("HTTP/1.1 400 ");
  }

  private String answerTo(String request) throws IOException {
    Socket socket = connect();
    send(socket, request);
    try (InputStream in = socket.getInputStream()) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  /// What the server answered to a client that never ends, and how much it took of it.
  private record Endless(String answer, long bytes) {}

  private Endless endless(String begin, String piece) throws IOException {
    Socket socket = connect();
    long sent = begin.length();
    try {
      send(socket, begin);
      while (sent < 64 << 20) {
        send(socket, piece);
        sent += piece.length();
      }
    } catch (IOException cutOff) {
      // as it should be
    }
    try {
      byte[] answer = socket.getInputStream().readAllBytes();
      return new Endless(new String(answer, StandardCharsets.UTF_8), sent);
    } catch (IOException reset) { // what was not read of it
      return new Endless("", sent);
    }
  }

  @Test
  void endlessHeadersAndBodiesAreCutOff() throws Exception {
    String head = "POST /v1/completions HTTP/1.1\r\nHost: localhost\r\n";
    String json = "Content-Type: application/json\r\n";
    StringBuilder headers = new StringBuilder();
    for (int i = 0; i < 500; i++) {
      headers.append("X-A: 1\r\n");
    }
    String chunk = "2000\r\n" + " ".repeat(0x2000) + "\r\n";
    for (Endless one :
        List.of(
            endless(head + "X: ", "y".repeat(8192)),
            endless(head, headers.toString()),
            endless("GET /health?" + "a=1&".repeat(100), "a=1&".repeat(2000)),
            endless(head + json + "Transfer-Encoding: chunked\r\n\r\n", chunk),
            endless(head + json + "Content-Length: 99999999999\r\n\r\n", " ".repeat(8192)))) {
      assertThat(one.bytes()).as(one.answer()).isLessThan(32 << 20);
      assertThat(one.answer()).matches("(?s)(HTTP/1.1 4\\d\\d .*)?");
    }
    assertThat(answerTo("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")).doesNotContain(" 200 ");
    assertThat(test.get("/health").statusCode()).isEqualTo(200);
    assertThat(eventually(() -> test.server.connections() <= 1)).isTrue();
  }

  @Test
  void aBodyThatTricklesIsRefusedWith408() throws Exception {
    serveAnew(SHORT, LONG);
    Socket socket = connect();
    send(socket, request(false).substring(0, request(false).length() - 40));
    CountDownLatch isOver = new CountDownLatch(1);
    Thread.startVirtualThread(() -> {
      try {
        while (!isOver.await(100, TimeUnit.MILLISECONDS)) {
          send(socket, " ");
        }
      } catch (IOException | InterruptedException cutOff) {
        // as it should be
      }
    });
    byte[] line = socket.getInputStream().readNBytes(12);
    isOver.countDown();
    assertThat(new String(line, StandardCharsets.UTF_8)).isEqualTo("HTTP/1.1 408");
  }

  @Test
  void thousandsOfRequestsAtOnceAreAnsweredOrToldToComeAgain() throws Exception {
    Semaphore places = new Semaphore(50);
    test.backend.answers((request, events, cancellation) -> {
      if (!places.tryAcquire()) {
        throw new ChatException(
            ChatException.Kind.OVERLOADED, "too many wait", Duration.ofSeconds(3));
      }
      try {
        Thread.sleep(20);
        ScriptedBackend.text("ok").run(request, events, cancellation);
      } finally {
        places.release();
      }
    });
    AtomicLong answered = new AtomicLong();
    AtomicLong refused = new AtomicLong();
    List<Thread> clients = new ArrayList<>();
    for (int i = 0; i < 2000; i++) {
      clients.add(
          Thread.startVirtualThread(() -> {
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), test.port())) {
              send(
                  socket,
                  request(false).replace("\r\nContent", "\r\nConnection: close\r\nContent"));
              byte[] all = socket.getInputStream().readAllBytes();
              String answer = new String(all, StandardCharsets.UTF_8).toLowerCase(Locale.ROOT);
              if (answer.startsWith("http/1.1 200")) {
                answered.incrementAndGet();
              } else if (answer.startsWith("http/1.1 429") && answer.contains("retry-after: 3")) {
                refused.incrementAndGet();
              }
            } catch (IOException failure) {
              throw new UncheckedIOException(failure);
            }
          }));
    }
    for (Thread client : clients) {
      client.join();
    }
    assertThat(answered.get() + refused.get()).isEqualTo(2000);
    assertThat(answered.get()).isGreaterThanOrEqualTo(50);
    assertThat(eventually(() -> test.server.connections() <= 1)).isTrue();
  }

  @Test
  void aConnectionEndsWhereTheClientWantsNoOther() throws Exception {
    assertThat(answerTo("GET /health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"))
        .as("and no time runs out")
        .endsWith("{\"status\":\"ok\"}");
  }

  @Test
  void aBodyThatIsRefusedUnreadIsNoSecondRequest() throws IOException {
    String body = "long ".repeat(20_000);
    String head =
        "POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\n%sContent-Type: text/plain\r\n"
            + "Content-Length: "
            + body.length()
            + "\r\n\r\n";
    for (int i = 0; i < 20; i++) {
      assertThat(answerTo(head.formatted("Connection: close\r\n") + body))
          .startsWith("HTTP/1.1 415")
          .containsOnlyOnce("HTTP/1.1");
      String next = "GET /health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
      assertThat(answerTo(head.formatted("") + body + next))
          .startsWith("HTTP/1.1 415")
          .endsWith("{\"status\":\"ok\"}");
    }
  }

  @Test
  void shutdownEndsStreamsWithAnError() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    test.backend.answers((request, events, cancellation) -> {
      events.accept(new ChatEvent.TextDelta("He"));
      begun.countDown();
      awaitCancelled(cancellation);
      events.accept(ScriptedBackend.finished(FinishReason.CANCELLED, 1));
    });
    Socket socket = connect();
    send(socket, request(true));
    assertThat(begun.await(120, TimeUnit.SECONDS)).isTrue();
    test.server.close(Duration.ofMillis(100));
    String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(answer).contains("He").contains("the server shuts down").doesNotContain("[DONE]");
  }

  @Test
  void shutdownWaitsForAnswers() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    test.backend.answers((request, events, cancellation) -> {
      begun.countDown();
      Thread.sleep(700);
      ScriptedBackend.text("whole").run(request, events, cancellation);
    });
    Socket socket = connect();
    send(socket, request(true));
    assertThat(begun.await(120, TimeUnit.SECONDS)).isTrue();
    test.server.close(TestServer.PATIENCE);
    String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(answer).contains("whole").contains("[DONE]");
  }
}
