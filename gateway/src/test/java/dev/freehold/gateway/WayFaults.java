package dev.freehold.gateway;

import static dev.freehold.gateway.FaultBed.ANSWER;
import static dev.freehold.gateway.FaultBed.error;
import static dev.freehold.gateway.FaultBed.whole;
import static org.assertj.core.api.Assertions.assertThat;

import dev.freehold.chat.ChatException;
import dev.freehold.gateway.FaultBed.Heard;
import dev.freehold.gateway.FaultTable.Fault;
import dev.freehold.gateway.failure.FailureClass;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Faults of the way to a vendor, of keys, and of policy: each with a configuration of its own.
final class WayFaults {
  private WayFaults() {}

  private static final String FALLBACK =
      """
        fallback: {shape: SHAPE, url: "http://127.0.0.1:PORT2/v1"}
      routes:
        default:
          delivery: DELIVERY
          last-resort: false
          targets:
            - {backend: primary, model: first-model}
            - {backend: fallback, model: second-model}
      """;

  static List<Fault> all() {
    return List.of(
        new Fault("X01", "DNS: no such name", WayFaults::unknownName),
        new Fault("X03", "connection refused, black hole", WayFaults::refused),
        new Fault("X04", "401 revoked key, sibling key", WayFaults::revokedKey),
        new Fault("X18", "all upstreams down", WayFaults::allDown),
        new Fault("X19", "proxy: 407, CONNECT 403", WayFaults::proxy),
        new Fault("X21", "books: before it is sent and told", WayFaults::booksFirst),
        new Fault("X22", "local-only must not fail over", WayFaults::localOnly));
  }

  private static FaultBed bed(FaultBed like, String primary) throws Exception {
    return bed(like, "backends:\n  primary: " + primary + "\n" + FALLBACK, Map.of());
  }

  private static FaultBed bed(FaultBed like, String settings, Map<String, String> environment)
      throws Exception {
    return new FaultBed(like.shape, like.isWhole, settings, environment);
  }

  private static String fallsBack(FaultBed bed, FailureClass type) {
    Heard heard = bed.ask();
    assertThat(bed.books.attempts.getFirst().failure()).contains(type);
    assertThat(heard.time()).isLessThan(Duration.ofSeconds(30));
    return PublicFaults.wholeFrom(bed, heard, "fallback") + ", " + type.key();
  }

  private static String unknownName(FaultBed like) throws Exception {
    String primary = "{shape: SHAPE, url: \"http://no-such-vendor.invalid/v1\"}";
    try (FaultBed bed = bed(like, primary)) {
      return fallsBack(bed, FailureClass.TRANSPORT);
    }
  }

  private static String refused(FaultBed like) throws Exception {
    try (Socket closed = new Socket()) { // has a port that nobody else gets, and does not listen
      closed.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      String primary = "{shape: SHAPE, url: \"http://127.0.0.1:%d/v1\"}";
      try (FaultBed bed = bed(like, primary.formatted(closed.getLocalPort()))) {
        fallsBack(bed, FailureClass.TRANSPORT);
      }
    }
    // A queue that is full takes no more connections and refuses none.
    List<Socket> full = new ArrayList<>();
    try (ServerSocket hole = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      for (int i = 0; i < 4; i++) {
        Socket socket = new Socket();
        full.add(socket);
        try {
          socket.connect(hole.getLocalSocketAddress(), 100);
        } catch (java.net.SocketTimeoutException isFull) {
          break;
        }
      }
      String primary = "{shape: SHAPE, url: \"http://127.0.0.1:%d/v1\"}";
      try (FaultBed bed = bed(like, primary.formatted(hole.getLocalPort()))) {
        return fallsBack(bed, FailureClass.TRANSPORT);
      }
    } finally {
      for (Socket socket : full) {
        socket.close();
      }
    }
  }

  private static String revokedKey(FaultBed like) throws Exception {
    String primary =
        "{shape: SHAPE, url: \"http://127.0.0.1:PORT1/v1\", keys: [{environment: OLD}, "
            + "{environment:"
            + " NEW}]}";
    String settings = "backends:\n  primary: " + primary + "\n" + FALLBACK;
    Map<String, String> keys = Map.of("OLD", "sk-planted-old", "NEW", "sk-planted-new");
    try (FaultBed bed = bed(like, settings, keys)) {
      bed.primary.usually(wire -> {
        if (wire.request.headers().toString().contains("sk-planted-old")) {
          wire.error(
              401, "", "authentication_error", "invalid_api_key", "sk-planted-old is no key");
        } else {
          whole("first-model").run(wire);
        }
      });
      final String happened = PublicFaults.wholeFrom(bed, bed.ask(), "primary");
      assertThat(bed.ask().text()).isEqualTo(ANSWER);
      assertThat(bed.primary.requests).as("old once, new twice").hasSize(3);
      assertThat(bed.gateway().benched())
          .singleElement()
          .satisfies(bench -> assertThat(bench.type()).isEqualTo(FailureClass.REVOKED_KEY));
      bed.primary.usually(error(401, "authentication_error", "x", "sk-planted-new is no key"));
      bed.fallback.usually(error(401, "authentication_error", "x", "no key"));
      ChatException failure = bed.ask().failure().orElseThrow();
      assertThat(failure).hasMessageContaining("key is not accepted");
      assertThat(failure.toString()).doesNotContain("sk-planted");
      return happened + "; the old key alone is left alone";
    }
  }

  private static String allDown(FaultBed like) throws Exception {
    String settings =
        """
        backends:
          primary: {shape: SHAPE, url: "http://127.0.0.1:PORT1/v1"}
          fallback: {shape: SHAPE, url: "http://127.0.0.1:PORT2/v1"}
        routes:
          default:
            delivery: DELIVERY
            targets:
              - {backend: primary, model: first-model}
              - {backend: fallback, model: second-model}
        """;
    try (FaultBed bed = bed(like, settings, Map.of())) {
      bed.primary.usually(FakeProvider.Wire::reset);
      bed.fallback.usually(error(503, "api_error", "x", "down"));
      for (int i = 0; i < 4; i++) {
        Heard heard = bed.ask();
        assertThat(heard.ends()).isEqualTo(1);
        assertThat(heard.text()).isEqualTo("from my own machine");
        assertThat(heard.served()).isEqualTo("engine");
      }
      assertThat(bed.engineAsked()).containsOnly("own-model");
      return "the engine of this machine answers, labelled";
    }
  }

  private static String proxy(FaultBed like) throws Exception {
    for (String address : List.of("http://vendor.invalid/v1", "https://vendor.invalid/v1")) {
      boolean isTunnel = address.startsWith("https");
      try (FakeProvider proxy = new FakeProvider(like.shape, wire -> wire.raw(refusal(isTunnel)))) {
        String primary =
            ("{shape: SHAPE, url: \"%s\", proxy: \"127.0.0.1:%d\", key: {environment: KEY}, "
                    + "local: true}")
                .formatted(address, proxy.port());
        String settings = "backends:\n  primary: " + primary + "\n" + FALLBACK;
        try (FaultBed bed = bed(like, settings, Map.of("KEY", "sk-planted"))) {
          fallsBack(bed, FailureClass.PROXY);
          assertThat(bed.gateway().benched())
              .noneMatch(bench -> bench.type() == FailureClass.REVOKED_KEY);
        }
      }
    }
    return "answered by fallback, told as the proxy's refusal";
  }

  private static String refusal(boolean isTunnel) {
    String status = isTunnel ? "403 Forbidden" : "407 Proxy Authentication Required";
    return "HTTP/1.1 " + status + "\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
  }

  private static String booksFirst(FaultBed bed) throws Exception {
    List<Integer> written = new ArrayList<>();
    bed.primary.usually(wire -> {
      written.add(bed.books.sendings.size());
      whole("first-model").run(wire);
    });
    List<Integer> settled = new ArrayList<>();
    bed.gateway()
        .answer(
            FaultBed.request("a question"),
            event -> {
              if (event instanceof dev.freehold.chat.ChatEvent.Finished) {
                settled.add(bed.books.settlements.size());
              }
            },
            new dev.freehold.chat.Cancellation());
    assertThat(written).containsExactly(1);
    assertThat(settled).containsExactly(1);
    return "owed before it was sent, settled before the end was told";
  }

  private static String localOnly(FaultBed like) throws Exception {
    String settings =
        """
        backends:
          primary: {shape: SHAPE, url: "http://127.0.0.1:PORT1/v1"}
          fallback: {shape: SHAPE, url: "http://127.0.0.1:PORT2/v1"}
        routes:
          default:
            delivery: DELIVERY
            targets:
              - {backend: engine, model: broken}
              - {backend: primary, model: first-model}
        """;
    try (FaultBed bed = bed(like, settings, Map.of())) {
      Heard heard = bed.ask(FaultBed.localOnly());
      assertThat(heard.ends()).isEqualTo(1);
      assertThat(heard.failure().orElseThrow()).hasMessageContaining("must not leave");
      assertThat(bed.primary.requests).isEmpty();
      assertThat(bed.fallback.requests).isEmpty();
      assertThat(bed.ask().text()).as("others may leave").isEqualTo(ANSWER);
      return "a clear error, nothing left";
    }
  }
}
