package dev.freehold.bench.serving;

import dev.freehold.bench.serving.ServerProcess.Holdings;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// What a thousand clients that read a byte a second, or vanish, leave behind in a server.
///
/// `MeasureSlowClients [MODEL [CONNECTIONS]]`: all of them ask for a long streamed answer at once.
/// Half vanish, the others read a byte a second for as long as the server lets them.
public final class MeasureSlowClients {
  private static final int MINUTE = 60_000;

  /// What was seen.
  ///
  /// @param vanishedSeconds until no place was held by a client that had vanished
  /// @param before what the process held before, and a minute after the last answer had ended
  public record Seen(
      double vanishedSeconds,
      Holdings before,
      Holdings after,
      long heapBefore,
      long heapAfter,
      int heldPlaces) {}

  private final ServerProcess server;
  private final HttpClient http = HttpClient.newHttpClient();

  private MeasureSlowClients(ServerProcess server) {
    this.server = server;
  }

  public static void main(String[] args) throws IOException, InterruptedException {
    if (args.length > 2) {
      System.err.println("usage: MeasureSlowClients [MODEL [CONNECTIONS]]");
      System.exit(2);
    }
    Seen seen =
        measure(
            args.length > 0 ? args[0] : "demo", args.length > 1 ? Integer.parseInt(args[1]) : 1000);
    System.out.printf(
        Locale.ROOT,
        "places of vanished clients free after %.2f s; a minute after: %d places held,"
            + " descriptors %d -> %d, threads %d -> %d, live heap %.1f -> %.1f MiB%n",
        seen.vanishedSeconds(),
        seen.heldPlaces(),
        seen.before().descriptors(),
        seen.after().descriptors(),
        seen.before().threads(),
        seen.after().threads(),
        seen.heapBefore() / 1048576.0,
        seen.heapAfter() / 1048576.0);
  }

  /// Runs the clients against a server of their own.
  public static Seen measure(String model, int connections)
      throws IOException, InterruptedException {
    try (ServerProcess server =
        ServerProcess.freehold(ServerProcess.ownCommand(), model, List.of())) {
      return new MeasureSlowClients(server).run(connections);
    }
  }

  private Seen run(int connections) throws IOException, InterruptedException {
    Left before = leave(connections / 2); // what is made once and kept is there after it
    Left after = leave(connections);
    return new Seen(
        after.vanishedSeconds(),
        before.holdings(),
        after.holdings(),
        before.heapBytes(),
        after.heapBytes(),
        after.places());
  }

  /// What clients left behind, a minute after the last answer had ended.
  private record Left(double vanishedSeconds, Holdings holdings, long heapBytes, int places) {}

  private Holdings holdings() throws IOException {
    return server.holdings().orElseThrow(() -> new IOException("this system has no /proc"));
  }

  /// Lets clients come: half of them vanish; the others read slowly, and do not close their side
  /// before it was seen what the server still holds of them.
  private Left leave(int clients) throws IOException, InterruptedException {
    double vanished = vanish(clients / 2);
    List<SocketChannel> readers = new ArrayList<>();
    for (int i = 0; i < clients / 2; i++) {
      readers.add(ask());
    }
    read(readers);
    Left left = new Left(vanished, holdings(), server.liveHeapBytes(), places());
    for (SocketChannel channel : readers) {
      channel.close();
    }
    return left;
  }

  /// Seconds until the places of clients that vanish are free.
  private double vanish(int clients) throws IOException, InterruptedException {
    List<SocketChannel> gone = new ArrayList<>();
    for (int i = 0; i < clients; i++) {
      gone.add(ask());
    }
    Thread.sleep(500);
    for (SocketChannel channel : gone) {
      channel.setOption(StandardSocketOptions.SO_LINGER, 0); // a reset, as of a machine that died
      channel.close();
    }
    long start = System.nanoTime();
    while (places() > 0) {
      Thread.sleep(10);
    }
    return (System.nanoTime() - start) / 1e9;
  }

  private SocketChannel ask() throws IOException {
    URI address = server.address();
    byte[] body =
        ("{\"messages\":[{\"role\":\"user\",\"content\":\"Tell me a story.\"}],\"stream\":true,"
                + "\"temperature\":1,\"max_tokens\":256,\"logprobs\":true,\"top_logprobs\":20}")
            .getBytes(StandardCharsets.UTF_8);
    String head =
        "POST /v1/chat/completions HTTP/1.1\r\nHost: %s\r\nContent-Type: application/json\r\n"
                .formatted(address.getAuthority())
            + "Content-Length: %d\r\n\r\n".formatted(body.length);
    SocketChannel channel = SocketChannel.open();
    channel.setOption(StandardSocketOptions.SO_RCVBUF, 4096);
    channel.connect(new InetSocketAddress(address.getHost(), address.getPort()));
    channel.write(ByteBuffer.wrap(head.getBytes(StandardCharsets.US_ASCII)));
    channel.write(ByteBuffer.wrap(body));
    channel.configureBlocking(false);
    return channel;
  }

  /// Reads a byte a second of each, until the server has ended the work of all and a minute more.
  private void read(List<SocketChannel> readers) throws IOException, InterruptedException {
    ByteBuffer one = ByteBuffer.allocate(1);
    long end = Long.MAX_VALUE;
    while (System.nanoTime() < end) {
      for (SocketChannel channel : readers) {
        one.clear();
        try {
          channel.read(one);
        } catch (IOException cut) {
          // the server has ended it
        }
      }
      Thread.sleep(1000);
      if (end == Long.MAX_VALUE && places() == 0) {
        end = System.nanoTime() + MINUTE * 1_000_000L;
      }
    }
  }

  /// Requests that the server is answering, or that wait.
  private int places() throws IOException, InterruptedException {
    HttpRequest request = HttpRequest.newBuilder(server.address().resolve("/page/state")).build();
    try (InputStream in = http.send(request, BodyHandlers.ofInputStream()).body()) {
      int places = 0;
      for (JsonNode one : JsonMapper.shared().readTree(in).path("activity")) {
        places += one.path("running").asInt() + one.path("waiting").asInt();
      }
      return places;
    }
  }
}
