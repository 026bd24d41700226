package dev.freehold.hub.pull;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/// A web server for tests that can also do wrong: it writes what a handler says, byte for byte, and
/// cuts, dawdles or lies where it is told to.
final class RawServer implements AutoCloseable {
  /// What a client sent; names of headers in small letters.
  record Request(String method, String path, Map<String, String> headers) {
    Optional<String> header(String name) {
      return Optional.ofNullable(headers.get(name));
    }
  }

  /// What the server sends.
  ///
  /// @param headers `content-length` is added where it is missing
  /// @param cutAfter bytes of the body after which the connection is closed; negative for never
  /// @param pauseMillis before every 100 bytes of the body
  record Reply(
      int status, Map<String, String> headers, byte[] body, long cutAfter, long pauseMillis) {
    static Reply of(int status, Map<String, String> headers, byte[] body) {
      return new Reply(status, headers, body, -1, 0);
    }

    static Reply of(int status) {
      return of(status, Map.of(), new byte[0]);
    }

    static Reply text(String text) {
      return of(
          200, Map.of("content-type", "application/json"), text.getBytes(StandardCharsets.UTF_8));
    }

    static Reply redirect(String location) {
      return of(302, Map.of("location", location), new byte[0]);
    }

    Reply with(String name, String value) {
      Map<String, String> more = new TreeMap<>(headers);
      more.put(name, value);
      return new Reply(status, more, body, cutAfter, pauseMillis);
    }

    Reply without(String name) {
      Map<String, String> fewer = new TreeMap<>(headers);
      fewer.remove(name);
      return new Reply(status, fewer, body, cutAfter, pauseMillis);
    }

    Reply withBody(byte[] other) {
      return new Reply(status, headers, other, cutAfter, pauseMillis);
    }

    Reply cut(long after) {
      return new Reply(status, headers, body, after, pauseMillis);
    }

    Reply slow(long millis) {
      return new Reply(status, headers, body, cutAfter, millis);
    }
  }

  private final ServerSocket socket;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private final List<Request> requests = new ArrayList<>();
  private volatile Function<Request, Reply> handler;

  RawServer(Function<Request, Reply> handler) throws IOException {
    this.handler = handler;
    this.socket = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
    Thread.ofVirtual().start(this::accept);
  }

  URI uri() {
    return URI.create("http://127.0.0.1:" + socket.getLocalPort());
  }

  /// What clients have asked so far.
  List<Request> requests() {
    synchronized (requests) {
      return List.copyOf(requests);
    }
  }

  void handle(Function<Request, Reply> other) {
    handler = other;
  }

  private void accept() {
    while (!socket.isClosed()) {
      try {
        Socket client = socket.accept();
        client.setTcpNoDelay(true);
        open.add(client);
        Thread.ofVirtual().start(() -> serve(client));
      } catch (IOException closed) {
        return;
      }
    }
  }

  private void serve(Socket client) {
    try (client) {
      InputStream in = new BufferedInputStream(client.getInputStream());
      OutputStream out = client.getOutputStream();
      for (Optional<Request> request = read(in); request.isPresent(); request = read(in)) {
        synchronized (requests) {
          requests.add(request.get());
        }
        if (!write(handler.apply(request.get()), request.get(), out)) {
          return;
        }
      }
    } catch (IOException | InterruptedException gone) {
      // the client left, or the test is over
    } finally {
      open.remove(client);
    }
  }

  private static Optional<Request> read(InputStream in) throws IOException {
    String first = line(in);
    if (first.isEmpty()) {
      return Optional.empty();
    }
    Map<String, String> headers = new TreeMap<>();
    for (String line = line(in); !line.isEmpty(); line = line(in)) {
      int colon = line.indexOf(':');
      headers.put(
          line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1).strip());
    }
    String[] words = first.split(" ");
    return Optional.of(new Request(words[0], words[1], headers));
  }

  private static String line(InputStream in) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int c = in.read(); c >= 0 && c != '\n'; c = in.read()) {
      line.append((char) c);
    }
    return line.toString().strip();
  }

  /// Sends a reply; false where the connection is to be closed.
  private static boolean write(Reply reply, Request request, OutputStream out)
      throws IOException, InterruptedException {
    StringBuilder head = new StringBuilder("HTTP/1.1 " + reply.status() + " Status\r\n");
    Map<String, String> headers = new TreeMap<>(reply.headers());
    headers.putIfAbsent("content-length", Integer.toString(reply.body().length));
    headers.values().removeIf("(none)"::equals);
    headers.forEach((name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
    out.write(head.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1));
    if (request.method().equals("HEAD")) {
      return true;
    }
    int end =
        (int)
            (reply.cutAfter() < 0
                ? reply.body().length
                : Math.min(reply.cutAfter(), reply.body().length));
    int step = reply.pauseMillis() > 0 ? 100 : 1 << 16;
    for (int i = 0; i < end; i += step) {
      out.flush();
      Thread.sleep(reply.pauseMillis());
      out.write(reply.body(), i, Math.min(step, end - i));
    }
    out.flush();
    return reply.cutAfter() < 0 && headers.containsKey("content-length");
  }

  @Override
  public void close() throws IOException {
    socket.close();
    for (Socket client : open) {
      client.close();
    }
  }
}
