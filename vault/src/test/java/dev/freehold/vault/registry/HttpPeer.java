package dev.freehold.vault.registry;

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

/// A web server for tests that sends what a handler says, byte for byte, lies included.
final class HttpPeer implements AutoCloseable {
  /// What a client sent; names of headers in small letters.
  record Request(String method, String path, Map<String, String> headers, byte[] body) {
    Optional<String> header(String name) {
      return Optional.ofNullable(headers.get(name));
    }

    String plainPath() {
      return path.replaceFirst("\\?.*", "");
    }

    /// A parameter of the query.
    Optional<String> parameter(String name) {
      int mark = path.indexOf('?');
      for (String each : mark < 0 ? new String[0] : path.substring(mark + 1).split("&")) {
        if (each.startsWith(name + "=")) {
          return Optional.of(
              java.net.URLDecoder.decode(
                  each.substring(name.length() + 1), StandardCharsets.UTF_8));
        }
      }
      return Optional.empty();
    }
  }

  /// What the server sends.
  ///
  /// @param cutAfter bytes of the body after which the connection is closed; negative for never
  record Reply(int status, Map<String, String> headers, byte[] body, int cutAfter) {
    static Reply of(int status) {
      return new Reply(status, Map.of(), new byte[0], -1);
    }

    static Reply of(String type, byte[] body) {
      return new Reply(200, Map.of("content-type", type), body, -1);
    }

    Reply with(String name, String value) {
      Map<String, String> more = new TreeMap<>(headers);
      more.put(name, value);
      return new Reply(status, more, body, cutAfter);
    }

    Reply withBody(byte[] other) {
      return new Reply(status, headers, other, cutAfter);
    }

    Reply cut(int after) {
      return new Reply(status, headers, body, after);
    }
  }

  private final ServerSocket socket;
  private final String host;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private final List<Request> requests = new ArrayList<>();
  private final Function<Request, Reply> handler;

  /// @param host by which it is asked: `127.0.0.1` or `localhost`, which are two hosts to a client
  HttpPeer(String host, Function<Request, Reply> handler) throws IOException {
    this.host = host;
    this.handler = handler;
    this.socket = new ServerSocket(0, 100, InetAddress.getByName("127.0.0.1"));
    Thread.ofVirtual().start(this::accept);
  }

  URI uri() {
    return URI.create("http://" + authority());
  }

  String authority() {
    return host + ":" + socket.getLocalPort();
  }

  List<Request> requests() {
    synchronized (requests) {
      return List.copyOf(requests);
    }
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
    } catch (IOException gone) {
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
    byte[] body = in.readNBytes(Integer.parseInt(headers.getOrDefault("content-length", "0")));
    String[] words = first.split(" ");
    return Optional.of(new Request(words[0], words[1], headers, body));
  }

  private static String line(InputStream in) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int c = in.read(); c >= 0 && c != '\n'; c = in.read()) {
      line.append((char) c);
    }
    return line.toString().strip();
  }

  /// Sends a reply; false where the connection is to be closed.
  private static boolean write(Reply reply, Request request, OutputStream out) throws IOException {
    StringBuilder head = new StringBuilder("HTTP/1.1 " + reply.status() + " Status\r\n");
    Map<String, String> headers = new TreeMap<>(reply.headers());
    headers.putIfAbsent("content-length", Integer.toString(reply.body().length));
    headers.forEach((name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
    out.write(head.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1));
    if (!request.method().equals("HEAD")) {
      int length = reply.body().length;
      out.write(
          reply.body(), 0, reply.cutAfter() < 0 ? length : Math.min(length, reply.cutAfter()));
    }
    out.flush();
    return reply.cutAfter() < 0;
  }

  @Override
  public void close() throws IOException {
    socket.close();
    for (Socket client : open) {
      client.close();
    }
  }
}
